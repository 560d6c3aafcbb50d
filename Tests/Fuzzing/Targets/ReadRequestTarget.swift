import RemoteWrite

/// Remote read's requests: limits are kept, and what was read is written and read the same.
struct ReadRequestTarget: FuzzTarget {
    static let name = "read-request"

    static func seeds() -> [[UInt8]] {
        (0..<4).map { count in
            let matchers = ReadMatcher.Kind.allCases.prefix(count + 1).map {
                ReadMatcher($0, "__name__", "up|\(count)")
            }
            let queries = (0...count).map {
                ReadQuery(from: Int64($0) - 1, through: 1_700_000_000_000, matchers: matchers)
            }
            return ReadRequest(queries: queries, accepted: count % 2 == 0 ? [.chunks, .samples] : []).encoded()
        }
    }

    func run(_ bytes: [UInt8]) {
        let request = attempt { () throws(RemoteReadError) in try ReadRequest(bytes) }
        guard let request else { return }
        hold(request.queries.count <= ReadRequest.queryLimit, "the limit of queries")
        hold(request.queries.allSatisfy { $0.matchers.count <= ReadRequest.matcherLimit }, "the limit of matchers")
        let again = must("what was written is read") { () throws(RemoteReadError) in
            try ReadRequest(request.encoded())
        }
        hold(again == request, "what was written comes back")
    }
}
