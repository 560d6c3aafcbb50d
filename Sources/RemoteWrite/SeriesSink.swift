internal import MetricModel

/// Where both decoders put what they read: rows of finished series, and the counts of all that is refused.
struct SeriesSink: ~Copyable {
    var columns: SampleColumns
    /// What goes into the columns of these names in the end.
    private var rows: GrowingMemory<SampleColumns.Row>
    private var times: GrowingMemory<Int64>
    private var values: GrowingMemory<Double>
    var counts = DecodedCounts()
    let limits: DecodeLimits
    /// The index of the series being read.
    private(set) var seriesIndex = -1
    private var firstSample = 0
    private var histograms = 0
    private var exemplars: [ReceivedExemplar] = []
    /// What counts against `labelByteLimit` so far.
    private var labelByteCount = 0

    init(columns: consuming SampleColumns, limits: DecodeLimits) {
        self.columns = columns
        self.limits = limits
        let expected = 2048
        rows = GrowingMemory(expectedCount: expected)
        times = GrowingMemory(expectedCount: expected)
        values = GrowingMemory(expectedCount: expected)
        self.columns.removeAll()
    }

    @inline(__always)
    mutating func beginSeries(at byteOffset: Int) throws(RemoteWriteError) {
        seriesIndex += 1
        guard seriesIndex < limits.seriesLimit else {
            throw RemoteWriteError.limitExceeded(.series, limit: limits.seriesLimit, byteOffset: byteOffset)
        }
        firstSample = values.count
        histograms = 0
        if !exemplars.isEmpty { exemplars.removeAll() }
    }

    @inline(__always)
    mutating func append(
        unixMilliseconds: Int64, value: UInt64, start: Int64, at byteOffset: Int
    ) throws(RemoteWriteError) {
        guard values.count < limits.sampleLimit else {
            throw RemoteWriteError.limitExceeded(.samples, limit: limits.sampleLimit, byteOffset: byteOffset)
        }
        times.append(unixMilliseconds)
        values.append(Double(bitPattern: value))
        if start != 0 || !columns.startUnixMilliseconds.isEmpty { appendStart(start) }
    }

    /// The first start timestamp of a request gives the samples before it an unset one.
    private mutating func appendStart(_ start: Int64) {
        let missing = values.count - 1 - columns.startUnixMilliseconds.count
        if missing > 0 { columns.startUnixMilliseconds.append(contentsOf: repeatElement(0, count: missing)) }
        columns.startUnixMilliseconds.append(start)
    }

    mutating func noteHistogram() { histograms += 1 }
    mutating func append(_ exemplar: ReceivedExemplar) {
        if exemplars.count < limits.exemplarLimit {
            exemplars.append(exemplar)
        } else {
            counts.refusedExemplars += 1
        }
    }

    /// How many samples and histograms the series being read has.
    var samplesOfSeries: Int { values.count - firstSample }
    var histogramsOfSeries: Int { histograms }

    /// Makes a row of the series whose labels `packer` holds, or counts why not.
    @inline(__always)
    mutating func endSeries(
        _ packer: inout LabelPacker, family: Int32, at byteOffset: Int
    ) throws(RemoteWriteError) {
        counts.histograms += histograms
        counts.emptyLabels += packer.emptyLabels
        let samples = samplesOfSeries
        // Also of series that leave no labels behind: exemplars keep them, and packing them takes time.
        try count(labelBytes: packer.packed.count, at: byteOffset)
        if let reason = packer.finish() {
            dropSamples()
            counts.refusedExemplars += exemplars.count
            packer.discard()
            counts.refuse(reason, series: seriesIndex, samples: samples, listed: limits.listedRefusalLimit)
            return
        }
        if !exemplars.isEmpty { try takeExemplars(of: packer.packed, at: byteOffset) }
        guard samples > 0 else { return packer.discard() }
        if packer.wasUnsorted { counts.sortedSeries += 1 }
        rows.append(
            SampleColumns.Row(
                labels: Range(uncheckedBounds: (packer.start, packer.count)),
                samples: Range(uncheckedBounds: (firstSample, values.count)), family: family))
        counts.series += 1
        counts.samples += samples
    }

    /// The same for a series with samples only, whose labels are the `packedCount` bytes at the packer's end and break no
    /// rule.
    @inline(__always)
    mutating func endWellFormedSeries(
        _ packer: inout LabelPacker, packedCount: Int, family: Int32, at byteOffset: Int
    ) throws(RemoteWriteError) {
        try count(labelBytes: packedCount, at: byteOffset)
        let start = packer.accept(packedCount: packedCount)
        rows.append(
            SampleColumns.Row(
                labels: Range(uncheckedBounds: (start, start &+ packedCount)),
                samples: Range(uncheckedBounds: (firstSample, values.count)), family: family))
        counts.series &+= 1
        counts.samples &+= values.count &- firstSample
    }

    /// Before the bytes are copied or made.
    @inline(__always)
    private mutating func count(labelBytes: Int, at byteOffset: Int) throws(RemoteWriteError) {
        labelByteCount += labelBytes
        guard labelByteCount <= limits.labelByteLimit else {
            throw RemoteWriteError.limitExceeded(.labelBytes, limit: limits.labelByteLimit, byteOffset: byteOffset)
        }
    }

    /// The exemplars of a series share one copy of its labels. Their own are short (`ReceivedExemplar`).
    private mutating func takeExemplars(
        of packed: UnsafeRawBufferPointer, at byteOffset: Int
    ) throws(RemoteWriteError) {
        try count(labelBytes: packed.count, at: byteOffset)
        let series = Labels(alreadyPacked: Array(packed))
        for exemplar in exemplars {
            guard let labels = exemplar.labels, columns.exemplars.count < limits.exemplarLimit else {
                counts.refusedExemplars += 1
                continue
            }
            columns.exemplars.append(
                SampleColumns.Exemplar(
                    series: series, labels: Labels(labels), unixMilliseconds: exemplar.unixMilliseconds,
                    value: Double(bitPattern: exemplar.valueBits)))
            counts.exemplars += 1
        }
    }

    /// Takes a family whose texts are ranges of the message, and answers its index; nil where it is one too many.
    mutating func appendFamily(
        name: Range<Int> = 0..<0, type: MetricType, help: Range<Int>, unit: Range<Int>, in reader: ProtobufReader
    ) throws(RemoteWriteError) -> Int32? {
        guard columns.families.count < limits.familyLimit, name.count <= limits.labelValueByteLimit else {
            counts.refusedFamilies += 1
            return nil
        }
        let made = columns.families.count
        let family = SampleColumns.Family(
            name: reader.string(name), type: type, help: cut(help, in: reader), unit: cut(unit, in: reader))
        try count(
            labelBytes: family.name.utf8.count + family.help.utf8.count + family.unit.utf8.count, at: reader.offset)
        columns.families.append(family)
        return Int32(made)
    }

    /// A text for people, with no more than `helpByteLimit` of its bytes; it ends with a whole character.
    private mutating func cut(_ text: Range<Int>, in reader: ProtobufReader) -> String {
        guard text.count > limits.helpByteLimit else { return reader.string(text) }
        counts.cutTexts += 1
        var end = text.lowerBound + limits.helpByteLimit
        for _ in 0..<3 where end > text.lowerBound && reader.bytes[end] & 0xc0 == 0x80 { end -= 1 }
        return reader.string(text.lowerBound..<end)
    }

    /// Takes back the samples of the series being read.
    mutating func dropSamples() {
        let surplus = values.count - firstSample
        times.removeLast(surplus)
        values.removeLast(surplus)
        if columns.startUnixMilliseconds.count > firstSample {
            columns.startUnixMilliseconds.removeLast(columns.startUnixMilliseconds.count - firstSample)
        }
    }

    /// Ends the use of the sink and gives the columns back, with the labels of all series.
    consuming func finish(_ packer: borrowing LabelPacker) -> (columns: SampleColumns, counts: DecodedCounts) {
        columns.labelBytes = [UInt8](packer.everything)
        columns.rows = rows.array
        columns.unixMilliseconds = times.array
        columns.values = values.array
        return (columns, counts)
    }
}
