/// Why a request was refused; `kind` gives `errorType` and status code of Prometheus's API.
struct APIError: Error {
    enum Kind: String {
        case badData = "bad_data"
        case execution
        case timeout
        case canceled
        case internalError = "internal"
        case notFound = "not_found"

        var statusCode: Int {
            switch self {
            case .badData: 400
            case .execution: 422
            case .canceled: 499
            case .internalError: 500
            case .timeout: 503
            case .notFound: 404
            }
        }
    }

    let kind: Kind
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    static func invalid(_ parameter: String, _ problem: String) -> APIError {
        APIError(.badData, "invalid parameter \"\(parameter)\": \(problem)")
    }
}
