import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import Synchronization
import TestPeers

/// Two senders whose every sample is known: an agent by 2.0, whose requests name their records, and a plain one by 1.0.
/// Each sends one request after the other, and the same again until it is acknowledged.
final class TracedSenders: Sendable {
    private let url: String
    private let requestCount: Int
    private let seriesCount = 5
    private let start: Int64
    private let acknowledged = Atomic<Int>(0)

    init(url: String, requestCount: Int = 130) {
        self.url = url
        self.requestCount = requestCount
        start = Clocks.unixMilliseconds() - 300_000
    }

    func waitFor(acknowledged count: Int) async throws {
        try await Web.shared.wait(for: "\(count) acknowledged requests") {
            acknowledged.load(ordering: .relaxed) >= count
        }
    }

    func sendAll(asAgent: Bool) async throws {
        for number in 1...requestCount {
            let (headers, body) = try request(number, asAgent: asAgent)
            var status = 0
            var tries = 0
            while status / 100 != 2 {
                tries += 1
                if tries > 2000 { throw PeerError("request \(number) is not acknowledged: \(status)") }
                do {
                    status = try await Web.shared.post(url, headers: headers, body: body).status.code
                    if status / 100 == 4 { throw PeerError("request \(number) is refused: \(status)") }
                } catch let error as PeerError {
                    throw error
                } catch {
                    // It is away: the same again.
                }
                if status / 100 != 2 { try await Task.sleep(for: .milliseconds(20)) }
            }
            acknowledged.add(1, ordering: .relaxed)
        }
    }

    private func name(asAgent: Bool) -> String { asAgent ? "relayed_by_agent" : "relayed_plainly" }

    private func request(_ number: Int, asAgent: Bool) throws -> (HTTPHeaders, [UInt8]) {
        var columns = SampleColumns()
        for series in 0..<seriesCount {
            let metric = name(asAgent: asAgent)
            columns.beginRow(packedLabels: Labels([Label("__name__", metric), Label("series", "\(series)")]).packed)
            columns.append(unixMilliseconds: time(number), value: Double(number))
        }
        if !asAgent {
            columns.beginRow(packedLabels: Labels([Label("__name__", "left_out")]).packed)
            columns.append(unixMilliseconds: time(number), value: 1)
        }
        var message: [UInt8] = []
        let format: WireFormat = asAgent ? .writeRequest2 : .writeRequest1
        if asAgent {
            WriteRequest2.encode(columns, into: &message)
        } else {
            WriteRequest1.encode(columns, into: &message)
        }
        var body: [UInt8] = []
        try SnappyBlock.compress(message, into: &body)
        var headers = HTTPHeaders(format.requestHeaders.map { ($0.name, $0.value) })
        if asAgent {
            headers.set("Wayside-Agent", "gw-7")
            let records = RecordsHeader(
                ringHigh: 7, ringLow: UInt64(bitPattern: start), first: UInt64(number), last: UInt64(number), part: 1,
                partCount: 1, checksum: UInt32(number))
            if let records { headers.set(RecordsHeader.name, "\(records)") }
        }
        return (headers, body)
    }

    private func time(_ number: Int) -> Int64 { start + Int64(number) * 1000 }

    /// What a receiver has of the two senders, as series, time and value.
    private func points(in query: QueryAPI) async throws -> [String] {
        var points: [String] = []
        for metric in [name(asAgent: true), name(asAgent: false)] {
            for (labels, samples) in try await query.samples("\(metric)[1h]") {
                points += samples.map { "\(metric) \(labels["series"] ?? "") \($0.0) \($0.1)" }
            }
        }
        return points
    }

    private var wanted: Set<String> {
        var wanted: Set<String> = []
        for metric in [name(asAgent: true), name(asAgent: false)] {
            for number in 1...requestCount {
                for series in 0..<seriesCount { wanted.insert("\(metric) \(series) \(time(number)) \(number)") }
            }
        }
        return wanted
    }

    func missing(in query: QueryAPI) async throws -> Set<String> {
        wanted.subtracting(try await points(in: query))
    }

    /// What it has twice or should not have.
    func surplus(in query: QueryAPI) async throws -> [String] {
        let points = try await points(in: query)
        let counts = Dictionary(points.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.filter { $0.value > 1 || !wanted.contains($0.key) }.map { "\($0.value) × \($0.key)" }
    }
}
