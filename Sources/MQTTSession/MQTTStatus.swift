/// A session as other threads see it: a copy, taken at one moment. Counters start at 0 with the session.
package struct MQTTStatus: Hashable, Sendable {
    /// Between CONNACK and the connection's end.
    package var isConnected = false
    /// CLOCK_BOOTTIME of the last change of `isConnected`, or of the session's start.
    package var sinceBootNanoseconds: Int64 = 0
    /// The version spoken on the current or last connection.
    package var version = MQTTProtocolVersion.v5
    /// Whether the broker still had our session at the last connect; if not, what it had queued is gone.
    package var wasSessionPresent = false
    /// Connections accepted by the broker.
    package var connectCount: UInt64 = 0
    /// Accepted connections after the first.
    package var reconnectCount: UInt64 { connectCount > 1 ? connectCount - 1 : 0 }
    /// Connects after which the broker no longer had our session, the very first aside.
    package var lostSessionCount: UInt64 = 0
    /// Messages read, the refused ones included.
    package var messageCount: UInt64 = 0
    /// Bytes of topics and payloads delivered.
    package var byteCount: UInt64 = 0
    /// Batches that the handler made durable.
    package var durableBatchCount: UInt64 = 0
    /// Batches that it did not; each costs a reconnect.
    package var failedBatchCount: UInt64 = 0
    /// Commits that took longer than the keep-alive, so that the broker may have given us up meanwhile.
    package var lateBatchCount: UInt64 = 0
    /// Messages refused because the payload was above `payloadByteLimit`.
    package var oversizeCount: UInt64 = 0
    /// Topic filters that the broker refused at the last connect.
    package var refusedFilters: [String] = []
    /// Why the last connection, or attempt at one, ended; nil while there was no failure.
    package var lastError: String?
    /// CLOCK_BOOTTIME of `lastError`.
    package var lastErrorBootNanoseconds: Int64 = 0

    package init() {}
}
