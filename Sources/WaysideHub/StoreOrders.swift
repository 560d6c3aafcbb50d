internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import SampleStore

/// What `wayside-hub store` orders of a store: of the running hub over the socket in its directory, which only its own
/// user may open, or of the files themselves where no hub runs.
package enum StoreOrders {
    /// Bringing years of days into their final form takes its time.
    static let timeout = Duration.seconds(86_400)

    static func socketPath(in directory: String) -> String { directory + "/" + SampleStore.controlSocketName }

    /// An order that was not carried out.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package enum Order: Sendable {
        /// Everything into its final form.
        case seal
        /// A copy in a new directory, whose path is absolute.
        case backUp(target: String)

        fileprivate var path: String {
            switch self {
            case .seal: "/seal"
            case .backUp: "/backup"
            }
        }

        fileprivate var body: [UInt8] {
            switch self {
            case .seal: []
            case .backUp(let target): Array(target.utf8)
            }
        }
    }

    static func router(_ store: SampleStore) -> HTTPRouter {
        var router = HTTPRouter()
        let threads = WorkThreads(name: "store-order", limit: 1)
        for order in ["/seal", "/backup"] {
            router.post(order, bodyByteLimit: 4096) { request in
                let target = String(decoding: request.body, as: UTF8.self)
                let failure = await threads.run { () -> String? in
                    do throws(StoreError) {
                        if order == "/seal" { try store.sealFinally() } else { try store.backUp(to: target) }
                        return nil
                    } catch { return "\(error)" }
                }
                guard let failure else {
                    return .text("another order is being carried out", status: .serviceUnavailable)
                }
                return failure.map { .text($0, status: .internalServerError) } ?? .text("done")
            }
        }
        return router
    }

    /// Carries the order out and says by whom.
    package static func carryOut(_ order: Order, _ settings: StorageSettings, in directory: String) async throws
        -> String
    {
        let path = socketPath(in: directory)
        let loops = HTTPEventLoops()
        let client = HTTPClient(
            loops: loops, userAgent: "wayside-hub-store/\(Version.text)",
            limits: HTTPClientLimits(totalTimeout: timeout))
        var reply: HTTPReply?
        if Files.exists(path) {
            do throws(HTTPClientError) {
                reply = try await client.post(HTTPURL(unixSocket: path, target: order.path), body: order.body)
            } catch {
                // The socket of a hub that ended without a word; the directory's lock says whether one runs.
            }
        }
        await client.shutdown()
        await loops.shutdown()
        if let reply {
            guard reply.status == .ok else { throw Failure(description: reply.firstLine()) }
            return "done by the running hub"
        }
        let store = try Hub.openStore(settings, in: directory)
        defer { store.close() }
        switch order {
        case .seal: try store.sealFinally()
        case .backUp(let target): try store.backUp(to: target)
        }
        return "done"
    }
}
