internal import Authentication
internal import Daemon
internal import HTTPExchange
internal import JSONText
internal import LabelMatching
internal import MetricModel
internal import RemoteWrite
internal import RingLog

/// The history of a server that answers remote read: Prometheus, whatever speaks like it, or a hub.
struct RemoteHistory: HistorySource {
    /// Where its requests go.
    enum Place: Sendable {
        /// `http://prometheus:9090`, or the whole address of its remote read.
        case address(String)
        /// A hub's own socket.
        case socket(String)
    }

    let client: HTTPClient
    let place: Place
    let authorization: RequestAuthorization
    let headers: [(name: String, value: String)]

    /// What the client takes of one answer, and what that may decompress to.
    static let replyByteLimit = 32 << 20
    private static let messageByteLimit = 64 << 20
    private static let limits = DecodeLimits(
        seriesLimit: 500_000, sampleLimit: ReadEndpoint.sampleLimit, labelByteLimit: 128 << 20,
        labelsPerSeriesLimit: 256, labelNameByteLimit: 4096, labelValueByteLimit: 64 << 10, namesOf1: .utf8)
    private static let readPath = "/api/v1/read"

    func read(_ matchers: [LabelMatcher], from: Int64, through: Int64) async throws(HistoryFailure) -> HistoryPiece {
        let query = ReadQuery(from: from, through: through, matchers: matchers.map(\.readMatcher))
        var body: [UInt8] = []
        do throws(RemoteWriteError) {
            try SnappyBlock.compress(
                ReadRequest(queries: [query], accepted: [.chunks, .samples]).encoded(), into: &body)
        } catch { throw .refused("\(error)") }
        let reply = try await send(
            .post, Self.readPath,
            [
                ("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy"),
                ("X-Prometheus-Remote-Read-Version", "0.1.0"), ("Accept-Encoding", "snappy"),
            ], body)
        return try piece(reply, from: from, through: through)
    }

    private func piece(_ reply: HTTPReply, from: Int64, through: Int64) throws(HistoryFailure) -> HistoryPiece {
        let type = reply.headers["Content-Type"] ?? ""
        var piece = HistoryPiece(columns: SampleColumns(), counts: ReadCounts(), byteCount: reply.body.count)
        do {
            switch ReadAnswerKind(contentType: type) {
            case .chunks:
                piece.counts = try ChunkedReadResponse.decode(
                    reply.body, from: from, through: through, limits: Self.limits, into: &piece.columns
                ) { Checksum.crc32c($0) }
            case .samples:
                var message: [UInt8] = []
                try SnappyBlock.decompress(reply.body, byteLimit: Self.messageByteLimit, into: &message)
                piece.counts = try ReadResponse.decode(message, limits: Self.limits) { piece.columns = $0 }
            case nil:
                throw HistoryFailure.refused("\(shown) answers remote read with \"\(type)\": is this its address?")
            }
        } catch let failure as HistoryFailure {
            throw failure
        } catch RemoteReadError.message(.limitExceeded(let what, let limit, _)) {
            throw .tooLarge("\(shown) answered with more than \(limit) \(what.rawValue)")
        } catch RemoteWriteError.decompressedTooLarge(let count, let limit) {
            throw .tooLarge("\(shown) answered \(count) bytes, at most \(limit) are taken")
        } catch {
            throw .refused("the answer of \(shown) cannot be read: \(error)")
        }
        return piece
    }

    func metricNames(
        _ sets: [[LabelMatcher]], from: Int64, through: Int64
    ) async throws(HistoryFailure) -> [String] {
        let data = try await data("/api/v1/label/__name__/values", sets, from, through)
        return data.elements.compactMap(\.text)
    }

    func series(_ matchers: [LabelMatcher], from: Int64, through: Int64) async throws(HistoryFailure) -> [Labels] {
        let data = try await data("/api/v1/series", [matchers], from, through)
        return data.elements.map { one in Labels(one.members.map { Label($0.name, $0.value.text ?? "") }) }
    }

    func families() async throws(HistoryFailure) -> [ExactText: SampleColumns.Family] {
        var families: [ExactText: SampleColumns.Family] = [:]
        for metric in try await data("/api/v1/metadata").members {
            guard let entry = metric.value.elements.first else { continue }
            let word = entry["type"]?.text ?? ""
            families[ExactText(metric.name)] = SampleColumns.Family(
                name: metric.name, type: MetricType.allCases.first { $0.name == word } ?? .unknown,
                help: entry["help"]?.text ?? "", unit: entry["unit"]?.text ?? "")
        }
        return families
    }

    /// How long the server keeps samples, where it says.
    func retentionMilliseconds() async throws(HistoryFailure) -> Int64? {
        let data: JSONValue
        do throws(HistoryFailure) { data = try await self.data("/api/v1/status/runtimeinfo") } catch {
            if case .notFound = error { return nil }
            throw error
        }
        return data["storageRetention"]?.text.flatMap(RetentionText.milliseconds)
    }

    private func data(
        _ path: String, _ sets: [[LabelMatcher]] = [], _ from: Int64 = .min, _ through: Int64 = .max
    ) async throws(HistoryFailure) -> JSONValue {
        var fields = sets.map { ("match[]", SelectorText.text($0)) }
        // Past these the server would not take it for a time; it knows none so far away.
        let bound: Int64 = 1 << 52
        if from > -bound { fields.append(("start", SelectorText.seconds(from))) }
        if through < bound { fields.append(("end", SelectorText.seconds(through))) }
        let query = fields.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
        let reply = try await send(.get, path + (query.isEmpty ? "" : "?" + query), [], [])
        do throws(JSONError) {
            let limits = JSONLimits(byteLimit: Self.replyByteLimit * 8, depthLimit: 16)
            return try JSONValue(reply.body, limits: limits)["data"] ?? .null
        } catch { throw .refused("the answer of \(shown) cannot be read: \(error)") }
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ fields: [(name: String, value: String)], _ body: [UInt8]
    ) async throws(HistoryFailure) -> HTTPReply {
        var all = HTTPHeaders(headers.map { ($0.name, $0.value) })
        for field in fields { all.set(field.name, field.value) }
        let url = try url(path)
        do throws(RequestAuthorizationError) {
            if let value = try authorization.header() { all.set("Authorization", value) }
        } catch { throw .refused("\(error)") }
        let reply: HTTPReply
        do throws(HTTPClientError) {
            reply = try await sendAgainIfStale(method, url, all, body)
        } catch {
            switch error {
            case .cancelled: throw .interrupted
            case .replyTooLarge, .timeout: throw .tooLarge("\(error)")
            case .tls, .nameNotFound: throw .refused("\(error)")
            default: throw .unreachable("\(error)")
            }
        }
        if reply.status == .ok { return reply }
        let text = "\(shown) answered \(reply.status.code) to \(url.target.prefix { $0 != "?" }): \(reply.firstLine())"
        switch reply.status.code {
        // Prometheus says 400 of more samples than it answers with, this hub 422.
        case 400, 413, 422: throw .tooLarge(text)
        case 429, 500...: throw .unreachable(text)
        case 404: throw .notFound(text)
        case 401, 403: throw .refused(text + "; check the credentials that were given")
        default: throw .refused(text)
        }
    }

    private func sendAgainIfStale(
        _ method: HTTPMethod, _ url: HTTPURL, _ headers: HTTPHeaders, _ body: [UInt8]
    ) async throws(HTTPClientError) -> HTTPReply {
        do throws(HTTPClientError) {
            return try await client.send(method, url, headers: headers, body: body)
        } catch {
            guard case .staleConnection = error else { throw error }
            return try await client.send(method, url, headers: headers, body: body)
        }
    }

    private var shown: String {
        switch place {
        case .address(let text): text
        case .socket(let path): path
        }
    }

    private func url(_ path: String) throws(HistoryFailure) -> HTTPURL {
        switch place {
        case .socket(let socket): return HTTPURL(unixSocket: socket, target: path)
        case .address(let text):
            var base = text.hasSuffix("/") ? String(text.dropLast()) : text
            if base.hasSuffix(Self.readPath) { base.removeLast(Self.readPath.count) }
            do throws(HTTPURL.Failure) { return try HTTPURL(base + path) } catch {
                throw .refused("\(error == .hasUserInfo ? "the address" : text) is no address: \(error)")
            }
        }
    }
}
