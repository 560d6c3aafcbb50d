import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import Synchronization
import TestPeers

/// Writers that post one request after the other until they are stopped, each request again until it is answered with
/// 2xx. One writes as an agent by 2.0, whose requests name their records, the others plainly by 1.0. Values differ from
/// sample to sample, so that they cannot be stored as one.
final class LoadGenerator: Sendable {
    private let url: String
    private let samplesPerRequest: Int
    private let startUnixMilliseconds: Int64
    private let isStopping = Atomic(false)
    private let writers = Mutex<[Task<Void, any Error>]>([])
    private static let seriesCount = 5
    private static let patience = Duration.milliseconds(20)

    /// Begins at once. Samples of a series are 10 ms apart, the first `secondsAgo`.
    init(url: String, writerCount: Int = 3, samplesPerRequest: Int = 1, secondsAgo: Int = 600) {
        self.url = url
        self.samplesPerRequest = samplesPerRequest
        startUnixMilliseconds = Clocks.unixMilliseconds() - Int64(secondsAgo) * 1000
        let tasks = (0..<writerCount).map { writer in Task { try await self.write(as: writer) } }
        writers.withLock { $0 = tasks }
    }

    /// Has every writer end its request, and waits for that.
    func stop() async throws {
        isStopping.store(true, ordering: .relaxed)
        for writer in writers.withLock({ $0 }) { try await writer.value }
    }

    private func write(as writer: Int) async throws {
        var number = 0
        while !isStopping.load(ordering: .relaxed) {
            let request = try request(number, of: writer)
            while try await !isAcknowledged(request) {
                if isStopping.load(ordering: .relaxed) { return }
                try await Task.sleep(for: Self.patience)
            }
            number += 1
        }
    }

    private func isAcknowledged(_ request: (headers: HTTPHeaders, body: [UInt8])) async throws -> Bool {
        let reply: HTTPReply
        do {
            reply = try await Web.shared.post(url, headers: request.headers, body: request.body)
        } catch {
            // The hub is away: the same again.
            return false
        }
        if reply.status.code / 100 == 4 {
            throw PeerError("\(reply.status.code): \(String(decoding: reply.body, as: UTF8.self))")
        }
        return reply.status.code / 100 == 2
    }

    private func request(_ number: Int, of writer: Int) throws -> (headers: HTTPHeaders, body: [UInt8]) {
        var columns = SampleColumns()
        for series in 0..<Self.seriesCount {
            let labels = [("__name__", "load"), ("writer", "\(writer)"), ("series", "\(series)")]
            columns.beginRow(packedLabels: Labels(labels.map { Label($0.0, $0.1) }).packed)
            for index in 0..<samplesPerRequest {
                let place = number * samplesPerRequest + index
                let value = Double((UInt64(place) &* 0x9e37_79b9_7f4a_7c15) >> 20) / Double(series + 3)
                columns.append(unixMilliseconds: startUnixMilliseconds + Int64(place) * 10, value: value)
            }
        }
        let isAgent = writer == 0
        let format: WireFormat = isAgent ? .writeRequest2 : .writeRequest1
        var message: [UInt8] = []
        if isAgent {
            WriteRequest2.encode(columns, into: &message)
        } else {
            WriteRequest1.encode(columns, into: &message)
        }
        var body: [UInt8] = []
        try SnappyBlock.compress(message, into: &body)
        var headers = HTTPHeaders(format.requestHeaders.map { ($0.name, $0.value) })
        if isAgent {
            headers.set("Wayside-Agent", "load-agent")
            let records = RecordsHeader(
                ringHigh: 9, ringLow: UInt64(bitPattern: startUnixMilliseconds), first: UInt64(number + 1),
                last: UInt64(number + 1), part: 1, partCount: 1, checksum: UInt32(truncatingIfNeeded: number))
            if let records { headers.set(RecordsHeader.name, "\(records)") }
        }
        return (headers, body)
    }
}
