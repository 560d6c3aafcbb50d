internal import NIOCore
internal import Synchronization

/// What the channels of one attempt to connect were made of. There may be several, one for each address of a name, and
/// a channel may have failed and lost its handlers before anybody asks.
final class HTTPClientSetups: Sendable {
    struct Setup: Sendable {
        let connection: NIOLoopBound<HTTPClientConnection>
        /// Ends with the TLS handshake; nil for plain connections.
        let handshake: EventLoopFuture<Void>?
    }

    private let setups = Mutex<[ObjectIdentifier: Setup]>([:])

    subscript(channel: any Channel) -> Setup? {
        get { setups.withLock { $0[ObjectIdentifier(channel)] } }
        set { setups.withLock { $0[ObjectIdentifier(channel)] = newValue } }
    }
}
