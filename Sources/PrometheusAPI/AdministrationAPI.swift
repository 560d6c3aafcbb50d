package import LabelMatching

/// The part of Prometheus's HTTP API that changes what is stored, below `/api/v1/admin/tsdb/`, without the HTTP.
package struct AdministrationAPI: Sendable {
    private let delete: @Sendable (SeriesDeletion) -> SourceError?
    private let clean: @Sendable () -> SourceError?

    /// `delete` returns when no query shows what is deleted, `clean` when it has left the files; or they say why not.
    package init(
        delete: @escaping @Sendable (SeriesDeletion) -> SourceError?,
        clean: @escaping @Sendable () -> SourceError?
    ) {
        self.delete = delete
        self.clean = clean
    }

    /// What an endpoint answers where the settings do not allow it.
    package static var disabledAnswer: APIAnswer { answer(APIError(.unavailable, "admin APIs disabled")) }

    /// Answers a request for the path below `/api/v1/admin/tsdb/`, or gives nil where there is no such endpoint.
    package func answer(path: String, parameters: [(String, String)]) -> APIAnswer? {
        do throws(APIError) {
            switch path {
            case "delete_series":
                let deletion = try SeriesDeletion(parameters: parameters)
                if let failure = delete(deletion) { throw APIError(failure) }
            case "clean_tombstones":
                if let failure = clean() { throw APIError(failure) }
            default: return nil
            }
            return APIAnswer(statusCode: 204, body: [])
        } catch {
            return Self.answer(error)
        }
    }

    private static func answer(_ error: APIError) -> APIAnswer {
        APIAnswer(statusCode: error.kind.statusCode, body: JSONBytes.failure(error))
    }
}
