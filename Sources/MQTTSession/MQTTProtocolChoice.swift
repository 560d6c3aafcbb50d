/// Which protocol version the next connect speaks: 5, unless the broker has shown that it cannot.
///
/// An old broker refuses 5 in its CONNACK, and some only close the connection. A version that was accepted is
/// forgotten with its connection, because the broker may come back as another.
struct MQTTProtocolChoice {
    /// Connections closed without an answer before the other version is tried.
    static let silentCloseLimit = 3

    private(set) var version = MQTTProtocolVersion.v5
    private var silentCloseCount = 0

    /// The broker has answered that it does not speak this version.
    mutating func refused() { change() }

    /// The broker closed the connection after CONNECT and before any answer.
    mutating func closedWithoutAnswer() {
        silentCloseCount += 1
        if silentCloseCount >= Self.silentCloseLimit { change() }
    }

    /// The connection was accepted.
    mutating func accepted() { silentCloseCount = 0 }

    /// An accepted connection has ended.
    mutating func ended() {
        version = .v5
        silentCloseCount = 0
    }

    private mutating func change() {
        version = version == .v5 ? .v311 : .v5
        silentCloseCount = 0
    }
}
