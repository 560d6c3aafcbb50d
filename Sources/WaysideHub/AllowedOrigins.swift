package import HTTPExchange

/// Whose pages may read the hub's answers in a browser (the Fetch standard's CORS protocol). It carries no credentials
/// along: what needs a password is asked for it.
package struct AllowedOrigins: Sendable {
    private let isEverybody: Bool
    private let origins: Set<String>

    /// Origins as browsers say them, `https://grafana.example`, or `*` for everybody.
    package init(_ origins: [String]) {
        isEverybody = origins.contains("*")
        self.origins = Set(origins)
    }

    /// The response to a request, with what lets its page read it, where it may.
    package func allowing(_ request: HTTPRequest, _ response: HTTPResponse) -> HTTPResponse {
        guard let origin = request.headers["Origin"], isEverybody || origins.contains(origin) else { return response }
        var response = response
        response.headers.set("Access-Control-Allow-Origin", isEverybody ? "*" : origin)
        response.headers.set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
        response.headers.set("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin")
        response.headers.set("Access-Control-Expose-Headers", "Date")
        response.headers.add("Vary", "Origin")
        return response
    }
}
