internal import LabelMatching
internal import PromQL

/// The parameters of a request, from its query string and form, with Prometheus's parsing and messages.
struct APIParameters {
    /// The range of times asked for where none is given: everything.
    static let earliest = -(Int64.max / 4)
    static let latest = Int64.max / 4
    /// What an absent `limit` means to a source.
    static let noLimit = Int.max / 2

    private let pairs: [(String, String)]

    init(_ pairs: [(String, String)]) {
        self.pairs = pairs
    }

    /// The first value of a parameter, "" where it is absent.
    subscript(name: String) -> String { pairs.first { $0.0 == name }?.1 ?? "" }

    func all(_ name: String) -> [String] { pairs.filter { $0.0 == name }.map(\.1) }

    /// A time: seconds as a decimal number, or RFC 3339.
    func time(_ name: String, default fallback: Int64) throws(APIError) -> Int64 {
        if self[name].isEmpty { return fallback }
        guard let time = TimeText.unixMilliseconds(self[name]) else {
            throw .invalid(
                name, "invalid time value for '\(name)': cannot parse \(quoted(self[name])) to a valid timestamp")
        }
        return time
    }

    func requiredTime(_ name: String) throws(APIError) -> Int64 {
        guard let time = TimeText.unixMilliseconds(self[name]) else {
            throw .invalid(name, "cannot parse \(quoted(self[name])) to a valid timestamp")
        }
        return time
    }

    /// A duration in milliseconds: seconds as a decimal number, or `5m`.
    func duration(_ name: String) throws(APIError) -> Int64 {
        let text = self[name]
        if let seconds = TimeText.decimal(text) {
            guard seconds.magnitude < 9.2e9 else {
                throw .invalid(name, "cannot parse \(quoted(text)) to a valid duration. It overflows int64")
            }
            return Int64((seconds * 1000).rounded(.towardZero))
        }
        guard let milliseconds = NumberText.duration(text) else {
            throw .invalid(name, "cannot parse \(quoted(text)) to a valid duration")
        }
        return milliseconds
    }

    func optionalDuration(_ name: String) throws(APIError) -> Int64? {
        self[name].isEmpty ? nil : try duration(name)
    }

    /// `limit`; nil where there is none, as 0 says too.
    func limit() throws(APIError) -> Int? {
        let text = self["limit"]
        if text.isEmpty { return nil }
        guard let limit = Int(text) else {
            let digits = text.drop { "+-".contains($0) }.utf8
            let isNumber = !digits.isEmpty && digits.count + 1 >= text.utf8.count && digits.allSatisfy { 48...57 ~= $0 }
            let problem = isNumber ? "value out of range" : "invalid syntax"
            throw .invalid("limit", "strconv.Atoi: parsing \(quoted(text)): \(problem)")
        }
        if limit < 0 { throw .invalid("limit", "limit must be non-negative") }
        return limit == 0 ? nil : limit
    }

    /// The selectors of `match[]`, each of which must ask for something unless everything may be asked for.
    func matcherSets(mayBeEverything: Bool = false) throws(ParameterProblem) -> [[LabelMatcher]] {
        var sets: [[LabelMatcher]] = []
        for text in all("match[]") {
            let matchers: [LabelMatcher]
            do {
                matchers = try QueryParser.parseSelector(text)
            } catch {
                throw ParameterProblem(message: error.description)
            }
            if !mayBeEverything, matchers.allSatisfy(\.matchesEmpty) {
                throw ParameterProblem(message: "match[] must contain at least one non-empty matcher")
            }
            sets.append(matchers)
        }
        return sets
    }

    private func quoted(_ text: String) -> String { QuotedText.quote(text) }
}

/// What is wrong with a parameter, before it is known how the endpoint says it.
struct ParameterProblem: Error {
    let message: String
}
