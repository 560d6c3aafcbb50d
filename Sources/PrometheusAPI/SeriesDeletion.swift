package import LabelMatching

/// What a request to delete names: series by `match[]`, times by `start` and `end`.
package struct SeriesDeletion: Sendable {
    /// `match[]` of one request, and matchers of one of them.
    package static let setLimit = 64
    package static let matcherLimit = 64

    /// Of one set all matchers must hold, of the sets one.
    package let matcherSets: [[LabelMatcher]]
    /// Milliseconds since 1970; both ends are inside, and the second may be before the first.
    package let from: Int64
    package let through: Int64

    /// Reads a request's parameters as Prometheus does, but for two things: all of them are looked at before anything is
    /// deleted, and a selector that asks for nothing is refused, because it would mean every series.
    package init(parameters: [(String, String)]) throws(APIError) {
        let parameters = APIParameters(parameters)
        let texts = parameters.all("match[]")
        guard !texts.isEmpty else { throw APIError(.badData, "no match[] parameter provided") }
        guard texts.count <= Self.setLimit else {
            throw APIError(.badData, "\(texts.count) match[] parameters; at most \(Self.setLimit) at once")
        }
        from = try parameters.time("start", default: APIParameters.earliest)
        through = try parameters.time("end", default: APIParameters.latest)
        do {
            matcherSets = try parameters.matcherSets()
        } catch { throw .invalid("match[]", error.message) }
        for matchers in matcherSets where matchers.count > Self.matcherLimit {
            throw .invalid("match[]", "\(matchers.count) matchers; at most \(Self.matcherLimit) in one selector")
        }
    }
}
