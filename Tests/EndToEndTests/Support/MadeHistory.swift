import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import TestValues

/// Series with every sort of value over the minutes until now, and what must be found of them.
struct MadeHistory {
    let columns: SampleColumns
    /// By series: bits by time.
    let samples: [Labels: [Int64: UInt64]]
    let staleCount: Int

    var names: [String] { Set(samples.keys.map(\.metricName)).sorted() }

    /// NaNs that are neither stale markers nor the usual one.
    var payloadCount: Int {
        samples.values.reduce(0) { sum, points in
            sum
                + points.values.count {
                    Double(bitPattern: $0).isNaN && $0 != 0x7ff8_0000_0000_0001
                        && !StaleMarker.isStale(Double(bitPattern: $0))
                }
        }
    }

    /// What a text keeps of it: no stale markers, of NaNs the usual one.
    var samplesAsText: [Labels: [Int64: UInt64]] {
        samples.mapValues { values in
            values.filter { !StaleMarker.isStale(Double(bitPattern: $0.value)) }
                .mapValues { Double(bitPattern: $0).isNaN ? 0x7ff8_0000_0000_0001 : $0 }
        }
    }

    /// A plain one has counters that reset and numbers of any bits; one that is not has families with types, and labels
    /// that need escaping too.
    init(seed: UInt64, minutes: Int64, isPlain: Bool) {
        var random = SeededRandom(seed: seed)
        var columns = SampleColumns()
        var samples: [Labels: [Int64: UInt64]] = [:]
        var staleCount = 0
        let now = Clocks.unixMilliseconds()
        var series: [(Labels, SampleColumns.Family?)] = (0..<4).map { number in
            (["__name__": number % 2 == 0 ? "plain_total" : "plain", "n": "\(number / 2)"], nil)
        }
        if !isPlain {
            let histogram = SampleColumns.Family(name: "", type: .histogram, help: "Two\n\"lines\" \\", unit: "")
            let gauge = SampleColumns.Family(name: "", type: .gauge, help: "Warmth", unit: "celsius")
            series += ["0.5", "1", "+Inf"].map { (["__name__": "made_bucket", "le": $0] as Labels, histogram) }
            series += ["made_sum", "made_count"].map { (["__name__": $0] as Labels, histogram) }
            series += ["a\"b\\c\nd", "é ", "{}#"].map { (["__name__": "made_celsius", "text": $0] as Labels, gauge) }
        }
        for (labels, family) in series {
            if let family { columns.families.append(family) }
            columns.beginRow(
                packedLabels: labels.packed, family: family == nil ? -1 : Int32(columns.families.count - 1))
            var value: UInt64 = 0
            var time = now - minutes * 60_000
            while true {
                time += random.oneIn(5) ? Int64.random(in: 1...40_000, using: &random) : 15_000
                guard time < now - 1000 else { break }
                switch Int.random(in: 0..<8, using: &random) {
                case 0: value = UInt64.random(in: .min ... .max, using: &random)
                case 1: value = Double(Int.random(in: -1000...1000, using: &random)).bitPattern
                case 2:
                    value =
                        [.infinity, -0.0, .nan, Double.leastNonzeroMagnitude].randomElement(using: &random)?.bitPattern
                        ?? 0
                case 3: value = Double(Int.random(in: 0...10_000_000, using: &random)).bitPattern
                default: break
                }
                if random.oneIn(50) { value = StaleMarker.bitPattern }
                if value == StaleMarker.bitPattern { staleCount += 1 }
                columns.append(unixMilliseconds: time, value: Double(bitPattern: value))
                samples[labels, default: [:]][time] = value
            }
        }
        self.columns = columns
        self.samples = samples
        self.staleCount = staleCount
    }

    func send(to url: String, format: WireFormat) async throws {
        var message: [UInt8] = []
        switch format {
        case .writeRequest1: WriteRequest1.encode(columns, into: &message)
        case .writeRequest2: WriteRequest2.encode(columns, metadata: .typeUnitHelp, into: &message)
        }
        var body: [UInt8] = []
        try SnappyBlock.compress(message, into: &body)
        let reply = try await Web.shared.post(
            url, headers: HTTPHeaders(format.requestHeaders.map { ($0.name, $0.value) }), body: body)
        guard (200...299).contains(reply.status.code) else {
            throw PeerError("\(url) answered \(reply.status.code): \(reply.firstLine())")
        }
    }
}
