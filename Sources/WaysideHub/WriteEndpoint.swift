internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import MetricModel
internal import Relay
internal import RemoteWrite
internal import SampleStore
internal import Synchronization
internal import TLSTransport

/// `POST /api/v1/write`: remote write 1.0 and 2.0 in, acknowledged once the log is synced, and the buffers of those it
/// is relayed to.
struct WriteEndpoint: Sendable {
    /// Nil where nothing is stored and everything relayed.
    let store: SampleStore?
    /// Nil where nothing is relayed.
    let relay: RelayDesk?
    let counts: WriteCounts
    private let identities: AgentIdentities
    private let refusedAgents: RefusedAgents
    /// Nil where nothing is stored that could be asked.
    private let fleet: FleetDesk?
    private let logger: Logger
    private let threads = WorkThreads(name: "decode", limit: decodingLimit, waitingLimit: waitingLimit)
    /// Bodies that are decoded at once, each with its message in memory, and those that wait for it; more are told to
    /// come back.
    private static let decodingLimit = 2
    private static let waitingLimit = 1024
    /// Bytes of bodies that wait for it or are decoded; what comes past that is told to come back. One goes always.
    private static let waitingByteLimit = 256 << 20
    private let waitingBytes = ByteBudget(limit: waitingByteLimit)
    /// The largest request body, compressed.
    static let bodyByteLimit = 16 << 20
    /// The largest message that a body may decompress to; Prometheus's own limit.
    private static let messageByteLimit = 32 << 20

    init(
        store: SampleStore?, relay: RelayDesk?, counts: WriteCounts, identities: AgentIdentities,
        refusedAgents: RefusedAgents, fleet: FleetDesk?, logger: Logger
    ) {
        precondition(store != nil || relay != nil, "what is received goes somewhere")
        self.store = store
        self.relay = relay
        self.counts = counts
        self.identities = identities
        self.refusedAgents = refusedAgents
        self.fleet = fleet
        self.logger = logger
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let format: WireFormat
        do throws(WireFormat.Unsupported) {
            format = try WireFormat.negotiate(
                contentType: request.headers["Content-Type"], contentEncoding: request.headers["Content-Encoding"])
        } catch {
            counts.add("unsupported")
            return .text(WriteEndpoint.text(error), status: .unsupportedMediaType)
        }
        let via: String
        do throws(ViaHeader.Refusal) {
            via = try passingOn(request)
        } catch {
            return refuse(error, format)
        }
        let sender: Sender
        switch identities.claim(request.headers["Wayside-Agent"], by: WriteEndpoint.provenNames(request)) {
        case .refused(let refusal): return refuse(refusal, format)
        case .unproven: sender = Sender(request, memory: request.headers["Wayside-Agent"])
        case .proven(let memory): sender = Sender(request, memory: memory)
        }
        let body = request.body
        guard waitingBytes.take(body.count) else { return refusal(.busy(retryAfterSeconds: 1), format) }
        let decoded = await threads.run { WriteEndpoint.decode(body, as: format) }
        waitingBytes.giveBack(body.count)
        switch decoded {
        case .success(let content):
            return await keep(content, request, format, sender, via: via)
        case .failure(let error):
            counts.add("malformed")
            return WriteEndpoint.refusal(error, format)
        case nil:
            return refusal(.busy(retryAfterSeconds: 1), format)
        }
    }

    /// What a body holds, and what of it was not taken.
    private struct Content: Sendable {
        var columns = SampleColumns()
        var counts = DecodedCounts()
    }

    private static func decode(_ body: [UInt8], as format: WireFormat) -> Result<Content, RemoteWriteError> {
        do throws(RemoteWriteError) {
            var content = Content()
            content.counts = try decode(body, as: format, into: &content.columns)
            return .success(content)
        } catch {
            return .failure(error)
        }
    }

    /// What recovery makes of a request in the log: the same as when it came.
    static func decodeAgain(_ request: ReceivedRequest) throws -> SampleColumns {
        var columns = SampleColumns()
        let format = try WireFormat.negotiate(
            contentType: request.contentType, contentEncoding: request.contentEncoding)
        _ = try decode(request.body, as: format, into: &columns)
        return columns
    }

    /// Decompresses and decodes a body.
    private static func decode(
        _ body: [UInt8], as format: WireFormat, into columns: inout SampleColumns
    ) throws(RemoteWriteError) -> DecodedCounts {
        var message: [UInt8] = []
        try SnappyBlock.decompress(body, byteLimit: messageByteLimit, into: &message)
        switch format {
        case .writeRequest1: return try WriteRequest1.decode(message, limits: DecodeLimits(), into: &columns)
        case .writeRequest2: return try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
        }
    }

    /// Stores and relays what was received, both at once, and answers when both have it.
    private func keep(
        _ content: Content, _ request: HTTPRequest, _ format: WireFormat, _ sender: Sender, via: String
    ) async -> HTTPResponse {
        let records = request.headers[RecordsHeader.name].flatMap { RecordsHeader(parsing: $0) }
        let received = Clocks.unixMilliseconds()
        async let verdict = pass(content.counts, request, format, sender, records, via: via, at: received)
        guard let store else { return answer(await verdict, format) ?? WriteEndpoint.answer(content.counts, format) }
        let stored = ReceivedRequest(
            contentType: request.headers["Content-Type"] ?? format.contentType,
            contentEncoding: request.headers["Content-Encoding"] ?? "snappy", protocolVersion: format.version,
            sender: sender.name,
            identity: sender.memory.flatMap { memory in records.map { RequestIdentity(agent: memory, $0) } },
            receivedUnixMilliseconds: received, body: request.body)
        do throws(StoreError) {
            let result = try await store.ingest(stored, decoded: content.columns)
            if let refusal = answer(await verdict, format) { return refusal }
            counts.add(result.isRepeatedRequest ? "repeated" : "stored")
            // A hub that relays is no agent, whatever those behind it are.
            if let agent = sender.agent, request.headers[ViaHeader.name] == nil {
                fleet?.heard(
                    agent, at: received, columns: content.columns, userAgent: request.headers["User-Agent"] ?? "")
            }
            var answer = WriteEndpoint.answer(content.counts, result, format)
            if request.headers[CountsHeader.name] != nil {
                answer.headers.set(CountsHeader.name, CountsHeader.value(content.counts, result))
            }
            return answer
        } catch {
            return refusal(error, format)
        }
    }

    /// 204 where everything was taken, else 400 with what was not and why; the valid part is stored all the same.
    static func answer(_ decoded: DecodedCounts, _ stored: IngestCounts, _ format: WireFormat) -> HTTPResponse {
        var reasons: [String] = []
        if decoded.hasRefusals { reasons.append(decoded.refusalText) }
        reasons += stored.refusals.map(refusalText)
        if stored.refusedExemplars > 0 {
            reasons.append("\(stored.refusedExemplars) exemplars older than the retention or ahead of the hub's clock")
        }
        var response =
            reasons.isEmpty
            ? HTTPResponse(status: .noContent) : .text(reasons.joined(separator: "; "), status: .badRequest)
        add(WrittenCounts(samples: Int64(stored.written), exemplars: Int64(stored.exemplars)), to: &response, format)
        return response
    }

    /// Names one series of those refused: where a clock or a limit is wrong, that tells whose.
    private static func refusalText(_ refusal: IngestRefusal) -> String {
        let what =
            switch refusal.reason {
            case .tooOld: "samples older than the retention"
            case .tooFarAhead: "samples more than 10 minutes ahead of the hub's clock"
            case .overSeriesLimit: "samples of new series past the limit of series"
            case .overLabelByteLimit: "samples of new series past the limit of label bytes"
            case .invalidLabels: "samples with damaged labels"
            }
        let example = refusal.example.isEmpty ? "" : ", among them of \(Labels(alreadyPacked: refusal.example))"
        return "\(refusal.sampleCount) \(what)\(example)"
    }

    private static func refusal(_ error: RemoteWriteError, _ format: WireFormat) -> HTTPResponse {
        var response: HTTPResponse =
            if case .decompressedTooLarge = error {
                .text("\(error)", status: .contentTooLarge)
            } else {
                .text("\(error)", status: .badRequest)
            }
        add(WrittenCounts(samples: 0), to: &response, format)
        return response
    }

    private func refusal(_ error: StoreError, _ format: WireFormat) -> HTTPResponse {
        var response: HTTPResponse
        switch error {
        case .busy(let seconds):
            counts.add("busy")
            response = .text("\(error)", status: .serviceUnavailable)
            response.headers.set("Retry-After", String(seconds))
        case .closed:
            counts.add("closed")
            response = .text("\(error)", status: .serviceUnavailable)
            response.headers.set("Retry-After", "1")
        case .tooLarge:
            counts.add("too_large")
            response = .text("\(error)", status: .contentTooLarge)
        case .headerTooLong:
            counts.add("malformed")
            response = .text("\(error)", status: .badRequest)
        case .system, .log:
            // The disk takes no writes, for now: the store tries again by itself.
            counts.add("failed")
            response = .text("\(error)", status: .serviceUnavailable)
            response.headers.set("Retry-After", "5")
        case .database, .locked, .tooManyDeletions:
            counts.add("failed")
            response = .text("\(error)", status: .internalServerError)
        }
        WriteEndpoint.add(WrittenCounts(samples: 0), to: &response, format)
        return response
    }

    /// 2.0 wants the counts on every answer; 1.0 must not have them. Agents learn from both that this is a hub.
    static func add(_ written: WrittenCounts, to response: inout HTTPResponse, _ format: WireFormat) {
        response.headers.set(HubHeader.name, HubHeader.value)
        guard format == .writeRequest2 else { return }
        for header in written.headers { response.headers.set(header.name, header.value) }
    }

    private static func text(_ error: WireFormat.Unsupported) -> String {
        switch error {
        case .contentType(let type):
            "unsupported Content-Type \"\(type)\"; this receiver takes \(WireFormat.writeRequest1.contentType) and "
                + WireFormat.writeRequest2.contentType
        case .contentEncoding(let encoding): "unsupported Content-Encoding \"\(encoding)\"; this receiver takes snappy"
        }
    }

    /// The names that a request's sender has proven by a password, a token or a certificate; nil where it was asked
    /// for no proof.
    private static func provenNames(_ request: HTTPRequest) -> [String]? {
        if request.user == nil && request.peer == nil { return nil }
        return [request.user, request.peer?.commonName].compactMap { $0 } + (request.peer?.dnsNames ?? [])
    }

    private func refuse(_ refusal: AgentIdentities.Refusal, _ format: WireFormat) -> HTTPResponse {
        counts.add("forbidden")
        if refusedAgents.add(refusal) {
            logger.warning(
                "an agent's samples are refused", metadata: ["error": "\(refusal.description)"])
        }
        var response = HTTPResponse.text(refusal.description, status: .forbidden)
        WriteEndpoint.add(WrittenCounts(samples: 0), to: &response, format)
        return response
    }

    /// Who sent a request.
    struct Sender {
        /// For limits by sender: the agent, else the user or certificate, else the address without its port. What names
        /// itself at any length, where nobody has to prove anything, is no agent.
        let name: String
        /// What its requests are remembered by, nil where it is no agent.
        let memory: String?
        /// The agent's id, nil where it is no agent.
        let agent: String?

        init(_ request: HTTPRequest, memory: String?) {
            agent = request.headers["Wayside-Agent"].flatMap { AgentIdentities.isAgentID($0) ? $0 : nil }
            name =
                agent ?? WriteEndpoint.provenNames(request)?.first ?? WriteEndpoint.host(request.remoteAddress)
            self.memory = agent == nil ? nil : memory
        }
    }

    /// The address without its port: what senders that do not name themselves are told apart by.
    private static func host(_ remoteAddress: String) -> String {
        remoteAddress.lastIndex(of: ":").map { String(remoteAddress[..<$0]) } ?? remoteAddress
    }
}

extension RequestIdentity {
    init(agent: String, _ header: RecordsHeader) {
        self.init(
            agent: agent, ringHigh: header.ringHigh, ringLow: header.ringLow, first: header.first, last: header.last,
            part: header.part, parts: header.partCount, crc: header.checksum)
    }
}
