internal import Authentication
internal import HTTPExchange
internal import LinuxSystem
internal import MetricModel
internal import RemoteWrite
internal import Shipping

/// Posts samples to a remote-write receiver in requests of a bounded size, one after the other, and counts what it says.
/// What it cannot take now is sent again until `patience` is over; sending twice is harmless to whoever keeps the first
/// sample of a time.
struct TransferSender: Sendable {
    private let client: HTTPClient
    private let url: HTTPURL
    private let authorization: RequestAuthorization
    private let headers: [(name: String, value: String)]
    private let choice: ProtocolChoice
    private var format: WireFormat
    private(set) var counts = TransferCounts()

    private static let sampleLimit = 10_000
    private static let labelByteLimit = 4 << 20
    /// How long a receiver may be away or busy at a stretch before the command gives up.
    private static let patienceNanoseconds: Int64 = 300_000_000_000
    private static let longestWaitSeconds: Int64 = 30

    init(
        _ client: HTTPClient, url: HTTPURL, authorization: RequestAuthorization,
        headers: [(name: String, value: String)], choice: ProtocolChoice
    ) {
        self.client = client
        self.url = url
        self.authorization = authorization
        self.headers = headers
        self.choice = choice
        format = choice == .only(.one) ? .writeRequest1 : .writeRequest2
    }

    mutating func leaveOut(_ reason: String, _ count: Int) { counts.leaveOut(reason, count) }

    mutating func count(_ read: ReadCounts) {
        counts.leaveOut("native histograms", read.histograms)
        counts.leaveOut("chunks of an unknown encoding", read.unknownChunks)
        counts.leaveOut("samples with labels that are not valid", read.refusedSamples)
    }

    /// Returns when the receiver has answered for all of it.
    mutating func send(_ columns: SampleColumns) async throws(HistoryFailure) {
        for part in Self.parts(columns) { try await send(part, of: columns) }
    }

    /// Ranges of samples, each small enough for one request.
    static func parts(_ columns: SampleColumns) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var (start, labelBytes) = (0, 0)
        for row in columns.rows {
            if labelBytes + row.labels.count > labelByteLimit, row.samples.lowerBound > start {
                parts.append(start..<row.samples.lowerBound)
                (start, labelBytes) = (row.samples.lowerBound, 0)
            }
            labelBytes += row.labels.count
            while row.samples.upperBound - start >= sampleLimit {
                parts.append(start..<start + sampleLimit)
                (start, labelBytes) = (start + sampleLimit, row.labels.count)
            }
        }
        if start < columns.sampleCount { parts.append(start..<columns.sampleCount) }
        return parts
    }

    private mutating func send(_ part: Range<Int>, of columns: SampleColumns) async throws(HistoryFailure) {
        let start = Clocks.bootNanoseconds()
        var attempt: Int64 = 0
        while true {
            if Task.isCancelled { throw .interrupted }
            let body = try body(part, columns)
            let outcome = try await post(body)
            switch outcome {
            case .answered(let reply):
                if isOfOldReceiver(reply), format == .writeRequest2, choice == .auto {
                    format = .writeRequest1
                    continue
                }
                if try take(reply, sampleCount: part.count) { return }
                let asked = reply.headers["Retry-After"].flatMap { RetryAfter($0) }?.delaySeconds(
                    nowUnixSeconds: Clocks.unixMilliseconds() / 1000, responseDateUnixSeconds: nil)
                try await wait(
                    attempt, asked, since: start, "\(shown) answers \(reply.status.code): \(reply.firstLine())")
            case .failed(let text): try await wait(attempt, nil, since: start, text)
            }
            attempt += 1
        }
    }

    private enum Outcome {
        case answered(HTTPReply)
        case failed(String)
    }

    /// The address without what may be a secret in its query.
    private var shown: String { url.description.split(separator: "?", maxSplits: 1).first.map(String.init) ?? "" }

    private func body(_ part: Range<Int>, _ columns: SampleColumns) throws(HistoryFailure) -> [UInt8] {
        var message: [UInt8] = []
        switch format {
        case .writeRequest1:
            WriteRequest1.encode(columns, samples: part, metadata: .typeUnitHelp, into: &message)
        case .writeRequest2:
            WriteRequest2.encode(columns, samples: part, metadata: .typeUnitHelp, into: &message)
        }
        var body: [UInt8] = []
        do throws(RemoteWriteError) { try SnappyBlock.compress(message, into: &body) } catch {
            throw .refused("\(error)")
        }
        return body
    }

    private func post(_ body: [UInt8]) async throws(HistoryFailure) -> Outcome {
        var all = HTTPHeaders(headers.map { ($0.name, $0.value) })
        for header in format.requestHeaders { all.set(header.name, header.value) }
        all.set(CountsHeader.name, "1")
        do throws(RequestAuthorizationError) {
            if let value = try authorization.header() { all.set("Authorization", value) }
        } catch { throw .refused("\(error)") }
        do throws(HTTPClientError) {
            return .answered(try await client.post(url, headers: all, body: body))
        } catch {
            switch error {
            case .cancelled: throw .interrupted
            case .tls, .nameNotFound: throw .refused("\(error)")
            default: return .failed("\(error)")
            }
        }
    }

    /// A receiver of 1.0 says 415, or reads an empty message, is content with it and names no counts.
    private func isOfOldReceiver(_ reply: HTTPReply) -> Bool {
        reply.status.code == 415
            || (200...299).contains(reply.status.code) && WrittenCounts { reply.headers[$0] } == nil
    }

    /// Counts an answer; false where the same is to be sent again.
    private mutating func take(_ reply: HTTPReply, sampleCount: Int) throws(HistoryFailure) -> Bool {
        switch reply.status.code {
        case 200...299, 400:
            counts.sent += sampleCount
            let detail = reply.headers[CountsHeader.name].flatMap { CountsHeader.counts($0) }
            if let detail {
                for (word, count) in detail { take(word, count) }
            } else if reply.status.code == 400 {
                let written = WrittenCounts { reply.headers[$0] }.map { Int(clamping: $0.total) } ?? 0
                counts.refuse("\"\(reply.firstLine(characterLimit: 120))\"", sampleCount - min(written, sampleCount))
            }
            return true
        case 429, 500...: return false
        case 401, 403:
            throw .refused(
                "\(shown) answers \(reply.status.code): \(reply.firstLine()); check the credentials that were given")
        default: throw .refused("\(shown) answers \(reply.status.code): \(reply.firstLine())")
        }
    }

    private mutating func take(_ word: String, _ count: Int) {
        switch word {
        case "stored": break
        case "duplicates": counts.duplicates += count
        case "conflicts": counts.conflicts += count
        default: counts.refuse(word, count)
        }
    }

    private func wait(
        _ attempt: Int64, _ asked: Int64?, since start: Int64, _ reason: String
    ) async throws(HistoryFailure) {
        let seconds = min(max(asked ?? min(1 << min(attempt, 5), Self.longestWaitSeconds), 1), Self.longestWaitSeconds)
        guard Clocks.bootNanoseconds() - start < Self.patienceNanoseconds else { throw .unreachable(reason) }
        do { try await Task.sleep(for: .seconds(seconds)) } catch { throw .interrupted }
    }
}
