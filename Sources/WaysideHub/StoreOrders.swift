internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import PrometheusAPI
internal import SampleStore

/// What `wayside-hub store` orders of a store: of the running hub over the socket in its directory, which only its own
/// user may open, or of the files themselves where no hub runs.
package enum StoreOrders {
    /// Bringing years of days into their final form takes its time.
    static let timeout = Duration.seconds(86_400)
    /// What a running hub says went wrong names files and reasons, three of them at most.
    private static let answerCharacterLimit = 2000

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
        /// What the parameters of `delete_series` name; `deletion` makes one.
        case delete(parameters: [(String, String)])

        fileprivate var path: String {
            switch self {
            case .seal: "/seal"
            case .backUp: "/backup"
            case .delete: "/delete"
            }
        }

        fileprivate var body: [UInt8] {
            switch self {
            case .seal: []
            case .backUp(let target): Array(target.utf8)
            case .delete(let parameters):
                Array(
                    parameters.map { PercentCoding.encode($0.0) + "=" + PercentCoding.encode($0.1) }
                        .joined(separator: "&").utf8)
            }
        }

        fileprivate init?(path: String, body: [UInt8]) {
            let text = String(decoding: body, as: UTF8.self)
            switch path {
            case "/seal": self = .seal
            case "/backup": self = .backUp(target: text)
            case "/delete":
                guard let fields = HTTPFields(decoding: text[...], fieldLimit: 1000) else { return nil }
                self = .delete(parameters: fields.fields.map { ($0.name, $0.value) })
            default: return nil
            }
        }

        /// Does it, and answers what went wrong.
        fileprivate func carryOut(on store: SampleStore) -> String? {
            do {
                switch self {
                case .seal: try store.sealFinally()
                case .backUp(let target):
                    let backup = try store.backUp(to: target)
                    // It must never be taken for a whole one.
                    if !backup.isWhole { return backup.description }
                case .delete(let parameters):
                    let deletion = try SeriesDeletion(parameters: parameters)
                    try store.delete(deletion.matcherSets, from: deletion.from, through: deletion.through)
                }
                return nil
            } catch { return "\(error)" }
        }
    }

    /// The order to delete the series that a selector means, in a range of times as the API takes them; throws what is
    /// wrong with them.
    package static func deletion(selectors: [String], start: String?, end: String?) throws(Failure) -> Order {
        let parameters =
            selectors.map { ("match[]", $0) } + [("start", start ?? ""), ("end", end ?? "")]
        do throws(APIError) {
            _ = try SeriesDeletion(parameters: parameters)
        } catch { throw Failure(description: error.description) }
        return .delete(parameters: parameters)
    }

    static func router(_ store: SampleStore) -> HTTPRouter {
        var router = HTTPRouter()
        let threads = WorkThreads(name: "store-order", limit: 1)
        for path in ["/seal", "/backup", "/delete"] {
            router.post(path, bodyByteLimit: 256 << 10) { request in
                guard let order = Order(path: path, body: request.body) else {
                    return .text("the order cannot be read", status: .badRequest)
                }
                let failure = await threads.run { order.carryOut(on: store) }
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
            guard reply.status == .ok else {
                throw Failure(description: reply.firstLine(characterLimit: answerCharacterLimit))
            }
            return "done by the running hub"
        }
        let store = try Hub.openStore(settings, in: directory)
        defer { store.close() }
        if let problem = order.carryOut(on: store) { throw Failure(description: problem) }
        return "done"
    }
}
