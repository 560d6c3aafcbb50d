/// Which handler answers which method and path.
///
/// Patterns are paths whose `{name}` segments match any one segment: `/api/v1/label/{name}/values`. HEAD is answered
/// by GET's handler.
package struct HTTPRouter: Sendable {
    package typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    /// A method and pattern with what answers them.
    struct Route: Sendable {
        let method: HTTPMethod
        let pattern: String
        let segments: [Segment]
        let bodyByteLimit: Int?
        let handler: Handler
    }

    enum Segment: Sendable, Hashable {
        case text(String)
        case parameter(String)
    }

    enum Match: Sendable {
        case found(Route, parameters: [String: String])
        /// The path exists for these methods only.
        case otherMethods([HTTPMethod], pattern: String)
        case nothing
    }

    private(set) var routes: [Route] = []

    package init() {}

    /// Adds a route. `bodyByteLimit` is the largest request body it takes; nil for the server's own limit.
    /// Two routes with the same method and pattern are a mistake of ours.
    package mutating func on(
        _ method: HTTPMethod, _ pattern: String, bodyByteLimit: Int? = nil, _ handler: @escaping Handler
    ) {
        precondition(pattern.hasPrefix("/"), "a route's pattern is an absolute path")
        precondition(
            !routes.contains { $0.method == method && $0.pattern == pattern }, "route \(method) \(pattern) given twice")
        let segments = HTTPRouter.split(pattern[...]).map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}")
                ? Segment.parameter(String(segment.dropFirst().dropLast())) : Segment.text(String(segment))
        }
        routes.append(
            Route(
                method: method, pattern: pattern, segments: segments, bodyByteLimit: bodyByteLimit,
                handler: handler))
    }

    package mutating func get(_ pattern: String, _ handler: @escaping Handler) { on(.get, pattern, handler) }

    package mutating func post(_ pattern: String, bodyByteLimit: Int? = nil, _ handler: @escaping Handler) {
        on(.post, pattern, bodyByteLimit: bodyByteLimit, handler)
    }

    /// The patterns, in the order they were added, each once.
    package var patterns: [String] {
        var result: [String] = []
        for route in routes where !result.contains(route.pattern) { result.append(route.pattern) }
        return result
    }

    /// Finds the route of a request target. Segments are compared after percent-decoding, so an encoded slash stays
    /// within its segment. A route without parameters wins over one with.
    func match(_ method: HTTPMethod, target: String) -> Match {
        let segments = HTTPRouter.split(HTTPRequest.rawPath(of: target)).map { PercentCoding.decode($0) }
        let wanted = method == .head ? .get : method
        var methods: [HTTPMethod] = []
        var pattern = ""
        var best: (route: Route, parameters: [String: String])?
        for route in routes {
            guard let parameters = HTTPRouter.parameters(of: segments, in: route.segments) else { continue }
            if route.method == wanted {
                if best == nil || parameters.count < best?.parameters.count ?? 0 { best = (route, parameters) }
            } else {
                pattern = route.pattern
                methods.append(route.method)
                if route.method == .get { methods.append(.head) }
            }
        }
        if let best { return .found(best.route, parameters: best.parameters) }
        return methods.isEmpty ? .nothing : .otherMethods(methods, pattern: pattern)
    }

    /// The answer to a path that no route has: it leads to the one that is meant where only slashes or dots are too many,
    /// as where an address that ends with a slash was put before a path; else it names those that exist.
    func notFound(_ request: HTTPRequest) -> HTTPResponse {
        let path = HTTPRouter.cleaned(HTTPRequest.rawPath(of: request.target))
        if case .nothing = match(request.method, target: path) { return nothing() }
        let query = request.target.firstIndex(of: "?").map { String(request.target[$0...]) } ?? ""
        // Whoever follows 301 may make a GET of anything.
        let keepsMethod = request.method != .get && request.method != .head
        var response = HTTPResponse.text(
            "This is at \(path).", status: keepsMethod ? .permanentRedirect : .movedPermanently)
        response.headers.set("Location", path + query)
        return response
    }

    /// A path without empty segments and without `.` and `..`. It begins with a single slash, so that it stays on this
    /// server.
    private static func cleaned(_ path: Substring) -> String {
        var segments: [Substring] = []
        for segment in split(path) where !segment.isEmpty && segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        return "/" + segments.joined(separator: "/")
    }

    private func nothing() -> HTTPResponse {
        let list = patterns.prefix(50).map { "  " + $0 }.joined(separator: "\n")
        return .text("404 page not found. What exists:\n" + list, status: .notFound)
    }

    /// The answer to a method that a path does not take.
    static func methodNotAllowed(_ methods: [HTTPMethod]) -> HTTPResponse {
        let list = methods.map(\.rawValue).joined(separator: ", ")
        var response = HTTPResponse.text("This path takes \(list).", status: .methodNotAllowed)
        response.headers.set("Allow", list)
        return response
    }

    private static func split(_ path: Substring) -> [Substring] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func parameters(of segments: [String], in pattern: [Segment]) -> [String: String]? {
        guard segments.count == pattern.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, part) in zip(segments, pattern) {
            switch part {
            case .text(let text): if text != segment { return nil }
            case .parameter(let name):
                if segment.isEmpty { return nil }
                parameters[name] = segment
            }
        }
        return parameters
    }
}
