/// Why a query has no answer.
package enum QueryError: Error, Sendable, CustomStringConvertible {
    case parse(ParseError)
    /// The query is one, but not for this kind of request.
    case unsuitable(String)
    /// The data does not allow what the query asks; the text is Prometheus's.
    case execution(String)
    case tooManySamples(limit: Int)
    /// All running queries together would hold more than they may.
    case tooMuchMemory(byteLimit: Int)
    case timedOut
    case cancelled
    /// The source failed.
    case storage(String)

    package var description: String {
        switch self {
        case .parse(let error): error.description
        case .unsuitable(let message): message
        case .execution(let message): message
        case .tooManySamples: "query processing would load too many samples into memory in query execution"
        case .tooMuchMemory(let byteLimit):
            "the queries that run now would hold more than \(byteLimit >> 20) MiB together; ask again later, or for less"
        case .timedOut: "query timed out in expression evaluation"
        case .cancelled: "query was canceled in expression evaluation"
        case .storage(let message): message
        }
    }
}
