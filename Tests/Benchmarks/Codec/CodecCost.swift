import SampleCodec

/// Bytes and nanoseconds of chunks, in all, by family and by form.
struct CodecCost {
    private struct Share {
        var samples = 0
        var timeBytes = 0
        var valueBytes = 0
        var encodeNanoseconds = 0.0
        var decodeNanoseconds = 0.0
        var chunks = 0
        var forms: [String: Int] = [:]
    }

    private let effort: CodecEffort
    private var hint = TickHint()
    private var all = Share()
    private var families: [String: Share] = [:]
    private var forms: [String: Share] = [:]
    private var columns: Set<[UInt8]> = []
    private var distinctBytes = 0

    init(effort: CodecEffort) {
        self.effort = effort
    }

    /// Codes a series, decodes it again, and fails where a bit is not the same.
    mutating func add(_ series: RecordedSeries, samplesPerChunk: Int) throws {
        for start in stride(from: 0, to: series.values.count, by: samplesPerChunk) {
            let range = start..<min(start + samplesPerChunk, series.values.count)
            let values = series.values[range]
            let times = SampleCodec.encode(times: series.times[range], effort: effort)
            var column: [UInt8] = []
            var decoded: [Double] = []
            decoded.reserveCapacity(values.count)
            let hintBefore = hint
            let encodeNanoseconds = Self.least {
                hint = hintBefore
                column = SampleCodec.encode(values: values, effort: effort, hint: &hint)
            }
            let decodeNanoseconds = try Self.least {
                decoded.removeAll(keepingCapacity: true)
                try column.withUnsafeBytes { try SampleCodec.decode(values: $0, count: values.count, into: &decoded) }
            }
            guard decoded.map(\.bitPattern) == values.map(\.bitPattern) else {
                throw CodecMismatch(family: series.family)
            }
            var share = Share()
            share.samples = values.count
            share.timeBytes = times.count
            share.valueBytes = column.count
            share.encodeNanoseconds = encodeNanoseconds
            share.decodeNanoseconds = decodeNanoseconds
            share.chunks = 1
            let form = SampleCodec.form(ofValues: column)
            share.forms[form] = 1
            Self.add(share, to: &all)
            Self.add(share, to: &families[series.family, default: Share()])
            Self.add(share, to: &forms[form, default: Share()])
            if columns.insert(column).inserted { distinctBytes += column.count }
        }
    }

    /// The least of a few runs, so that other work on the machine counts little.
    private static func least(_ run: () throws -> Void) rethrows -> Double {
        var least = Double.infinity
        for _ in 0..<5 {
            let clock = ContinuousClock()
            let began = clock.now
            try run()
            least = min(least, (clock.now - began) / .nanoseconds(1))
        }
        return least
    }

    private static func add(_ share: Share, to sum: inout Share) {
        sum.samples += share.samples
        sum.timeBytes += share.timeBytes
        sum.valueBytes += share.valueBytes
        sum.encodeNanoseconds += share.encodeNanoseconds
        sum.decodeNanoseconds += share.decodeNanoseconds
        sum.chunks += share.chunks
        sum.forms.merge(share.forms) { $0 + $1 }
    }

    func print(withFamilies: Bool) {
        let samples = Double(all.samples)
        Swift.print(
            "\(effort): \(all.samples) samples, bytes per sample: values \(Self.text(Double(all.valueBytes) / samples, 4))",
            "(distinct columns \(Self.text(Double(distinctBytes) / samples, 4))),",
            "times \(Self.text(Double(all.timeBytes) / samples, 4)); ns per sample: encode",
            "\(Self.text(all.encodeNanoseconds / samples, 1)), decode \(Self.text(all.decodeNanoseconds / samples, 1))")
        for (form, share) in forms.sorted(by: { $0.value.samples > $1.value.samples }).prefix(16) {
            let count = Double(share.samples)
            Swift.print(
                "  \(Self.padded(form, 36)) \(Self.padded(Self.text(100 * count / samples, 1) + " %", 8))",
                "\(Self.padded(Self.text(8 * Double(share.valueBytes) / count, 2) + " bits", 12))",
                "encode \(Self.padded(Self.text(share.encodeNanoseconds / count, 1), 6))",
                "decode \(Self.text(share.decodeNanoseconds / count, 1))")
        }
        guard withFamilies else { return }
        for (family, share) in families.sorted(by: { $0.value.valueBytes > $1.value.valueBytes }).prefix(40) {
            Swift.print(
                "  \(Self.padded(family, 46)) \(Self.padded("\(share.chunks)", 6))",
                "\(Self.padded("\(share.valueBytes)", 8)) \(Self.text(Double(share.valueBytes) / samples, 4))",
                share.forms.sorted { $0.value > $1.value }.prefix(3).map { "\($0.key): \($0.value)" }.joined(
                    separator: ", "))
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }

    private static func text(_ number: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((number * scale).rounded())
        guard digits > 0 else { return "\(whole)" }
        let fraction = "\(whole % Int(scale))"
        return "\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

/// A chunk that did not come back as it was.
struct CodecMismatch: Error {
    let family: String
}
