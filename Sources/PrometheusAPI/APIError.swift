/// Why a request was refused; `kind` gives `errorType` and status code of Prometheus's API.
package struct APIError: Error, CustomStringConvertible {
    enum Kind: String {
        case badData = "bad_data"
        case execution
        case timeout
        case canceled
        case internalError = "internal"
        case notFound = "not_found"
        case unavailable

        var statusCode: Int {
            switch self {
            case .badData: 400
            case .execution: 422
            case .canceled: 499
            // Prometheus answers 500 for what it does not offer, too.
            case .internalError, .unavailable: 500
            case .timeout: 503
            case .notFound: 404
            }
        }
    }

    let kind: Kind
    let message: String

    package var description: String { message }

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    static func invalid(_ parameter: String, _ problem: String) -> APIError {
        APIError(.badData, "invalid parameter \"\(parameter)\": \(problem)")
    }
}
