/// What clients may cost a server. Every limit has a counter in `HTTPServerCounts`.
package struct HTTPServerLimits: Hashable, Sendable {
    /// Request line and header fields together; past it 431.
    package var headerByteLimit: Int
    package var headerFieldLimit: Int
    /// A request's body, where its route sets no limit of its own; past it 413.
    package var bodyByteLimit: Int
    /// The bodies of all requests that are still arriving together; past it those that have been arriving longest get 503.
    /// Memory may be up to twice that, since what grows is copied.
    package var arrivingByteLimit: Int
    /// Open connections; past it 503 and close.
    package var connectionLimit: Int
    /// How long a kept-alive connection may wait for its next request, and a peer may take none of an answer.
    package var idleTimeout: Duration
    /// How long a request may take to arrive whole, from its first byte; past it 408.
    package var requestTimeout: Duration
    /// How long a handler may take to answer; past it its task is cancelled and the client gets 503.
    package var handlerTimeout: Duration
    /// The smallest answer worth compressing.
    package var gzipMinimumByteCount: Int

    package init(
        headerByteLimit: Int = 16 << 10, headerFieldLimit: Int = 100, bodyByteLimit: Int = 1 << 20,
        arrivingByteLimit: Int = 32 << 20, connectionLimit: Int = 256, idleTimeout: Duration = .seconds(75),
        requestTimeout: Duration = .seconds(30),
        handlerTimeout: Duration = .seconds(120), gzipMinimumByteCount: Int = 1024
    ) {
        self.headerByteLimit = headerByteLimit
        self.headerFieldLimit = headerFieldLimit
        self.bodyByteLimit = bodyByteLimit
        self.arrivingByteLimit = arrivingByteLimit
        self.connectionLimit = connectionLimit
        self.idleTimeout = idleTimeout
        self.requestTimeout = requestTimeout
        self.handlerTimeout = handlerTimeout
        self.gzipMinimumByteCount = gzipMinimumByteCount
    }
}
