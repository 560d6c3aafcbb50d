/// What a request's head says about how it may be answered.
struct HTTPAnswerTerms: Sendable {
    var method: HTTPMethod
    /// The route's pattern, nil where none matched.
    var endpoint: String?
    var keepsAlive: Bool
    var isVersion11: Bool
    var acceptsGzip: Bool

    /// The terms of a request that could not be read.
    static let unknown = HTTPAnswerTerms(
        method: HTTPMethod(rawValue: ""), endpoint: nil, keepsAlive: false, isVersion11: true, acceptsGzip: false)

    /// Whether `Accept-Encoding` takes gzip: named with a weight above 0, or by `*` where it is not named
    /// (RFC 9110, 12.5.3).
    static func acceptsGzip(_ headers: HTTPHeaders) -> Bool {
        var byStar = false
        for element in headers.values("Accept-Encoding").flatMap({ $0.split(separator: ",") }) {
            let parts = element.split(separator: ";").map(HTTPHeaders.trimmed)
            guard let coding = parts.first else { continue }
            let isRefused = parts.dropFirst().contains { parameter in
                parameter.lowercased().hasPrefix("q=") && Double(parameter.dropFirst(2)) == 0
            }
            if HTTPHeaders.isSame(coding, "gzip") || HTTPHeaders.isSame(coding, "x-gzip") { return !isRefused }
            if coding == "*" { byStar = !isRefused }
        }
        return byStar
    }
}
