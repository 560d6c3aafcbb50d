internal import HTTPExchange
internal import LabelMatching
internal import MetricModel
internal import RemoteWrite
internal import SampleStore

/// `POST /api/v1/read`: remote read, answered with samples. Chunks are Prometheus's form of keeping them, which nothing
/// here has.
struct ReadEndpoint: Sendable {
    let store: SampleStore
    private let threads = WorkThreads(name: "read", limit: 2, waitingLimit: 32)
    /// Samples of one answer; past them it is refused, and the asker has to ask for less time.
    static let sampleLimit = 2_000_000
    static let bodyByteLimit = 1 << 20
    /// Queries of one request; Prometheus sends one.
    static let queryLimit = 64

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let (body, departure) = (request.body, request.departure)
        guard let answer = await threads.run({ answer(body, for: departure) }) else {
            var busy = HTTPResponse.text("too many readings at once", status: .serviceUnavailable)
            busy.headers.set("Retry-After", "1")
            return busy
        }
        return answer
    }

    private func answer(_ body: [UInt8], for departure: HTTPDeparture) -> HTTPResponse {
        do {
            var message: [UInt8] = []
            try SnappyBlock.decompress(body, byteLimit: Self.bodyByteLimit, into: &message)
            let request = try ReadRequest(message)
            guard request.accepted.isEmpty || request.accepted.contains(.samples) else {
                return .text("this server answers remote read with SAMPLES only", status: .badRequest)
            }
            guard request.queries.count <= Self.queryLimit else {
                return .text("more than \(Self.queryLimit) queries in a request; send several", status: .badRequest)
            }
            var results: [SampleColumns] = []
            var rest = Self.sampleLimit
            for query in request.queries where !departure.isNoted {
                let found = try store.select(
                    query.matchers.map { try LabelMatcher($0) }, from: query.from, through: query.through,
                    sampleLimit: rest)
                results.append(SampleColumns(found))
                rest -= results.last?.sampleCount ?? 0
            }
            var compressed: [UInt8] = []
            try SnappyBlock.compress(ReadResponse.encode(results), into: &compressed)
            var response = HTTPResponse(contentType: ReadAnswerKind.samples.mediaType, body: compressed)
            response.headers.set("Content-Encoding", "snappy")
            return response
        } catch SourceError.tooManySamples {
            return .text(
                "more than \(Self.sampleLimit) samples; ask for less time", status: HTTPStatus(422))
        } catch SourceError.storage(let text) {
            return .text(text, status: .internalServerError)
        } catch {
            return .text("\(error)", status: .badRequest)
        }
    }
}

extension LabelMatcher {
    init(_ matcher: ReadMatcher) throws(PatternError) {
        let operation: MatchOperation =
            switch matcher.kind {
            case .equal: .equal
            case .notEqual: .notEqual
            case .matches: .matches
            case .doesNotMatch: .doesNotMatch
            }
        try self.init(matcher.name, operation, matcher.value)
    }

    var readMatcher: ReadMatcher {
        let kind: ReadMatcher.Kind =
            switch operation {
            case .equal: .equal
            case .notEqual: .notEqual
            case .matches: .matches
            case .doesNotMatch: .doesNotMatch
            }
        return ReadMatcher(kind, name, value)
    }
}
