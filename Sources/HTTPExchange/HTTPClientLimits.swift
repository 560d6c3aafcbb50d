/// What a server may cost the client.
package struct HTTPClientLimits: Hashable, Sendable {
    /// Name look-up and connecting together.
    package var connectTimeout: Duration
    /// From the call to the last byte of the answer.
    package var totalTimeout: Duration
    /// The largest body of an answer.
    package var replyByteLimit: Int
    package var headerByteLimit: Int
    /// Connections open at once, over all destinations.
    package var connectionLimit: Int
    /// How long an unused connection is kept.
    package var idleTimeout: Duration

    package init(
        connectTimeout: Duration = .seconds(10), totalTimeout: Duration = .seconds(30),
        replyByteLimit: Int = 1 << 20, headerByteLimit: Int = 64 << 10, connectionLimit: Int = 16,
        idleTimeout: Duration = .seconds(60)
    ) {
        self.connectTimeout = connectTimeout
        self.totalTimeout = totalTimeout
        self.replyByteLimit = replyByteLimit
        self.headerByteLimit = headerByteLimit
        self.connectionLimit = connectionLimit
        self.idleTimeout = idleTimeout
    }
}
