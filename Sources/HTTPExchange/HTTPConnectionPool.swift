internal import NIOCore
internal import Synchronization

/// The connections a client has open: at most one unused one per destination, and a limit over all.
final class HTTPConnectionPool: Sendable {
    /// A destination as far as sharing a connection goes.
    struct Key: Hashable, Sendable {
        let destination: HTTPURL.Destination
        let isTLS: Bool
    }

    /// An open connection.
    struct Entry: Sendable {
        let channel: any Channel
        let connection: NIOLoopBound<HTTPClientConnection>
    }

    private struct Shared {
        var unused: [Key: Entry] = [:]
        var open: [ObjectIdentifier: any Channel] = [:]
        /// Connections open or being opened.
        var count = 0
        var isShutDown = false
    }

    private let shared = Mutex(Shared())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Takes the unused connection to `key`, or reserves a place for a new one (nil). A place must be given back by
    /// `abandon`, or used by `add`.
    func take(_ key: Key) throws(HTTPClientError) -> Entry? {
        let (result, surplus) = shared.withLock { shared -> (Result<Entry?, HTTPClientError>, Entry?) in
            if shared.isShutDown { return (.failure(.shutDown), nil) }
            if let entry = shared.unused.removeValue(forKey: key) { return (.success(entry), nil) }
            // An unused connection elsewhere makes room: it is kept for speed only.
            let surplus =
                shared.count < limit ? nil : shared.unused.keys.first.flatMap { shared.unused.removeValue(forKey: $0) }
            guard shared.count < limit || surplus != nil else {
                return (.failure(.tooManyConnections(limit: limit)), nil)
            }
            shared.count += 1
            return (.success(nil), surplus)
        }
        surplus?.channel.close(promise: nil)
        return try result.get()
    }

    /// Gives a reserved place back.
    func abandon() { shared.withLock { $0.count -= 1 } }

    /// Puts a newly opened channel in its reserved place; it leaves by itself when it closes.
    func add(_ channel: any Channel) {
        let isShutDown = shared.withLock { shared in
            shared.open[ObjectIdentifier(channel)] = channel
            return shared.isShutDown
        }
        channel.closeFuture.whenComplete { [self] _ in
            shared.withLock { shared in
                shared.count -= 1
                shared.open[ObjectIdentifier(channel)] = nil
                for (key, entry) in shared.unused where entry.channel === channel { shared.unused[key] = nil }
            }
        }
        if isShutDown { channel.close(promise: nil) }
    }

    /// Keeps a connection for the next request, unless one is kept already.
    func keep(_ entry: Entry, for key: Key) {
        let isKept = shared.withLock { shared in
            guard shared.unused[key] == nil, !shared.isShutDown, entry.channel.isActive else { return false }
            shared.unused[key] = entry
            return true
        }
        if !isKept { entry.channel.close(promise: nil) }
    }

    /// Ends the pool; answers the channels that are still open.
    func shutdown() -> [any Channel] {
        shared.withLock { shared in
            shared.isShutDown = true
            shared.unused = [:]
            return Array(shared.open.values)
        }
    }
}
