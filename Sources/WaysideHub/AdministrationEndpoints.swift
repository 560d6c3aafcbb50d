internal import HTTPExchange
internal import LabelMatching
internal import PrometheusAPI
internal import SampleStore

/// What changes the stored samples over HTTP, where `storage.admin_api` allows it.
enum AdministrationEndpoints {
    /// The parameters of a request. Prometheus takes them in the query or in a form.
    private static let bodyByteLimit = 256 << 10
    /// Requests that wait for the one under way.
    private static let waitingLimit = 15
    private static let prefix = "/api/v1/admin/tsdb/"

    static func add(_ hub: Hub, to router: inout HTTPRouter) {
        let threads = WorkThreads(name: "admin", limit: 1, waitingLimit: waitingLimit)
        let api = hub.settings.storage.hasAdminAPI ? administration(hub.store) : nil
        for endpoint in ["delete_series", "clean_tombstones"] {
            let handler: HTTPRouter.Handler = { await answer($0, endpoint, api, threads) }
            router.on(.post, prefix + endpoint, bodyByteLimit: bodyByteLimit, handler)
            router.on(.put, prefix + endpoint, bodyByteLimit: bodyByteLimit, handler)
        }
    }

    private static func administration(_ store: SampleStore) -> AdministrationAPI {
        AdministrationAPI(
            delete: { deletion in
                do throws(StoreError) {
                    try store.delete(deletion.matcherSets, from: deletion.from, through: deletion.through)
                    return nil
                } catch { return .storage("\(error)") }
            },
            clean: {
                do throws(StoreError) {
                    try store.cleanDeletions()
                    return nil
                } catch { return .storage("\(error)") }
            })
    }

    /// Work that takes longer than the listener waits is answered with 503 and goes on.
    private static func answer(
        _ request: HTTPRequest, _ endpoint: String, _ api: AdministrationAPI?, _ threads: WorkThreads
    ) async -> HTTPResponse {
        guard let api else { return response(AdministrationAPI.disabledAnswer) }
        guard let fields = request.formFields() else {
            return .text("the form has too many fields", status: .badRequest)
        }
        let parameters = fields.fields.map { ($0.name, $0.value) }
        guard let answer = await threads.run({ api.answer(path: endpoint, parameters: parameters) }) else {
            return busy
        }
        return answer.map(response) ?? .text("no such endpoint", status: .notFound)
    }

    private static var busy: HTTPResponse {
        var busy = HTTPResponse.json(
            Array(#"{"status":"error","errorType":"unavailable","error":"too many orders at once"}"#.utf8),
            status: .serviceUnavailable)
        busy.headers.set("Retry-After", "1")
        return busy
    }

    private static func response(_ answer: APIAnswer) -> HTTPResponse {
        let status = HTTPStatus(answer.statusCode)
        return answer.body.isEmpty ? HTTPResponse(status: status) : .json(answer.body, status: status)
    }
}
