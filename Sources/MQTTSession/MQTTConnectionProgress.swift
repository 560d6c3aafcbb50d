/// What the callbacks have told about the connection in hand; a new one for each attempt.
struct MQTTConnectionProgress {
    /// Callbacks so far: a read that adds none has found the socket dry.
    var callbackCount = 0
    /// Whether CONNACK has accepted us.
    var isAccepted = false
    /// Whether the subscriptions have been queued on this connection.
    var isSubscribed = false
    /// Whether the broker still had our session.
    var isSessionPresent = false
    /// CONNACK's code, if it refused.
    var refusalCode: Int32?
    /// The reason of the broker's own DISCONNECT (MQTT 5).
    var endReason: Int32?
    /// Filters by the number of their SUBSCRIBE, until its SUBACK.
    var pendingFilters: [Int32: String] = [:]
    /// CLOCK_MONOTONIC of the attempt's start, and of CONNACK once it has come.
    var startedNanoseconds: Int64

    init(startedNanoseconds: Int64) { self.startedNanoseconds = startedNanoseconds }
}
