internal import MetricModel

/// Rewrites a request from bytes to bytes: as the other version, without some of its series, or only a part of it.
///
/// Unlike the decoders it judges nothing but length: what the one version can say of a series and the other too goes
/// along as it came, native histograms and exemplars included (their messages have the same fields in both). What 1.0
/// has no place for is counted, and what breaks the limits, which every decoder here refuses. DESIGN.md has the table.
package struct RequestRewriter: ~Copyable {
    /// Whether a series goes along, by its labels (packed as in `Labels`, but in the order in which they came) and how
    /// many samples and histograms it has.
    package typealias Choice = (_ packedLabels: UnsafeRawBufferPointer, _ units: Int) -> Bool

    /// The part of a request that is wanted: the units from ⌊(i−1)U/n⌋ to ⌊iU/n⌋ of those kept.
    package struct Part: Sendable, Hashable {
        package let index: Int
        package let count: Int

        package init(index: Int, count: Int) {
            precondition(count > 0 && (1...count).contains(index), "part \(index) of \(count)")
            self.index = index
            self.count = count
        }

        package static let whole = Part(index: 1, count: 1)

        func units(of total: Int) -> Range<Int> {
            let (before, _) = total.multipliedReportingOverflow(by: index - 1)
            let (through, _) = total.multipliedReportingOverflow(by: index)
            return before / count..<through / count
        }
    }

    private let bytes: UnsafeRawBufferPointer
    private let source: WireFormat
    private let chooses: Choice?
    private let limits: DecodeLimits
    private var packed: [UInt8] = []
    /// Of every series read, how many units it has, or −1 where it is left out: found by the first pass.
    private var unitsOfSeries: [Int] = []
    private var counts = RewriteCounts()

    private init(
        _ bytes: UnsafeRawBufferPointer, _ source: WireFormat, _ chooses: Choice?, _ limits: DecodeLimits
    ) {
        self.bytes = bytes
        self.source = source
        self.chooses = chooses
        self.limits = limits
    }

    /// Counts what of a message would go along; nothing is written.
    package static func measure(
        _ message: [UInt8], from source: WireFormat, keeping chooses: Choice? = nil,
        limits: DecodeLimits = DecodeLimits()
    ) throws(RemoteWriteError) -> RewriteCounts {
        try withBytes(message) { (bytes) throws(RemoteWriteError) in
            var rewriter = RequestRewriter(bytes, source, chooses, limits)
            try rewriter.measure()
            return rewriter.counts
        }
    }

    /// Replaces `output` by the message as `target` has it.
    ///
    /// - Parameter byteLimit: of the output. A message of 2.0 may grow a thousandfold as one of 1.0, which repeats what
    ///   2.0 refers to.
    package static func rewrite(
        _ message: [UInt8], from source: WireFormat, to target: WireFormat, part: Part = .whole,
        keeping chooses: Choice? = nil, byteLimit: Int, limits: DecodeLimits = DecodeLimits(),
        into output: inout [UInt8]
    ) throws(RemoteWriteError) -> RewriteCounts {
        let result = try withBytes(message) { (bytes) throws(RemoteWriteError) in
            var rewriter = RequestRewriter(bytes, source, chooses, limits)
            try rewriter.measure()
            return try rewriter.write(as: target, part, byteLimit: byteLimit)
        }
        output = result.message
        return result.counts
    }

    /// The closure of `withUnsafeBytes` cannot carry a typed error, so it hands one out.
    private static func withBytes<Value>(
        _ message: [UInt8], _ body: (UnsafeRawBufferPointer) throws(RemoteWriteError) -> Value
    ) throws(RemoteWriteError) -> Value {
        let result: Result<Value, RemoteWriteError> = message.withUnsafeBytes { bytes in
            do throws(RemoteWriteError) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private mutating func measure() throws(RemoteWriteError) {
        var reader = RawRequestReader(bytes, source, limits)
        try reader.readSymbols()
        while try reader.next() {
            guard reader.isSeries else {
                counts.families += 1
                continue
            }
            let units = reader.series.units
            if reader.series.breaksLimits {
                leaveOut(reader.series)
                continue
            }
            let isKept = try isKept(reader, units)
            unitsOfSeries.append(isKept ? units : -1)
            if isKept {
                counts.units += units
                counts.leftOutExemplars += reader.series.leftOutExemplars
            }
        }
    }

    /// Whether it would have been chosen cannot be asked: not all of its labels are here.
    private mutating func leaveOut(_ series: RawSeries) {
        unitsOfSeries.append(-1)
        counts.leftOutSeries += 1
        counts.leftOutUnits += series.units
        counts.leftOutExemplars += series.leftOutExemplars + series.exemplars.count
    }

    private mutating func isKept(_ reader: borrowing RawRequestReader, _ units: Int) throws(RemoteWriteError) -> Bool {
        guard let chooses else { return true }
        packed.removeAll(keepingCapacity: true)
        for label in reader.series.labels {
            RequestRewriter.pack(bytes[label.name], into: &packed)
            RequestRewriter.pack(bytes[label.value], into: &packed)
        }
        return packed.withUnsafeBytes { chooses($0, units) }
    }

    private static func pack(_ text: Slice<UnsafeRawBufferPointer>, into packed: inout [UInt8]) {
        var length = text.count
        while length >= 0x80 {
            packed.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        packed.append(UInt8(length))
        packed.append(contentsOf: text)
    }

    private mutating func write(
        as target: WireFormat, _ part: Part, byteLimit: Int
    ) throws(RemoteWriteError) -> (message: [UInt8], counts: RewriteCounts) {
        var writer = RawRequestWriter(bytes, target, limits)
        if source == .writeRequest1, target == .writeRequest2 { try learnFamilies(&writer) }
        var reader = RawRequestReader(bytes, source, limits)
        try reader.readSymbols()
        let wanted = part.units(of: counts.units)
        var index = 0
        var unit = 0
        while try reader.next() {
            guard reader.isSeries else {
                // What is said of families goes with the first part.
                if part.index == 1 { writer.add(family: reader.family) }
                continue
            }
            let units = unitsOfSeries[index]
            index += 1
            guard units >= 0 else { continue }
            let range = unit..<unit + units
            unit += units
            let kept = range.clamped(to: wanted)
            // A series without either (exemplars alone) goes with the first part, and the exemplars of a divided one
            // with its first unit.
            guard !kept.isEmpty || units == 0 && part.index == 1 else { continue }
            try writer.add(
                reader.series, units: kept.lowerBound - range.lowerBound..<kept.upperBound - range.lowerBound,
                withExemplars: kept.lowerBound == range.lowerBound)
            guard writer.byteCount <= byteLimit else {
                throw .limitExceeded(.labelBytes, limit: byteLimit, byteOffset: reader.offset)
            }
        }
        writer.counts.units = counts.units
        if part.index == 1 {
            writer.counts.leftOutSeries = counts.leftOutSeries
            writer.counts.leftOutUnits = counts.leftOutUnits
            writer.counts.leftOutExemplars = counts.leftOutExemplars
        }
        return writer.finish()
    }

    /// 1.0 says what it says of families apart from the series, 2.0 with each.
    private func learnFamilies(_ writer: inout RawRequestWriter) throws(RemoteWriteError) {
        var reader = RawRequestReader(bytes, source, limits)
        while try reader.next() {
            if !reader.isSeries { writer.learn(reader.family) }
        }
    }
}
