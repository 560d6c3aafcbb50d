import MetricModel
import RemoteWrite
import Testing

/// What a small message may make of itself by referring to long symbols again and again.
@Suite struct MemoryBoundTests {
    /// `count` series of 2.0, each with one histogram, one exemplar and a label of 1,000 bytes.
    private func histograms(_ count: Int, label: Int = 1000) -> [UInt8] {
        let symbols = ["", "__name__", "a", "job", String(repeating: "x", count: label), "id"]
        let series = Wire.bytes(
            5,
            Wire.bytes(1, [1, 2, 3, 4]) + Wire.bytes(3, []) + Wire.bytes(4, Wire.bytes(1, [5, 2]) + Wire.number(3, 1)))
        return symbols.flatMap { Wire.text(4, $0) } + Array(repeating: series, count: count).flatMap { $0 }
    }

    private func refusedLimit(_ decode: () throws -> Void) -> RequestLimit? {
        let error = #expect(throws: RemoteWriteError.self) { try decode() }
        guard case .limitExceeded(let what, _, _)? = error else { return nil }
        return what
    }

    /// Each of the series takes 1,017 bytes of labels, twice: where they are read, and with the exemplar.
    @Test func seriesWithoutSamplesMeetTheLimitOfLabelBytesAndSoDoTheirExemplars() throws {
        var columns = SampleColumns()
        let limits = DecodeLimits(labelByteLimit: 10_200)
        let taken = try WriteRequest2.decode(histograms(5), limits: limits, into: &columns)
        #expect(taken.exemplars == 5 && taken.histograms == 5)
        let what = refusedLimit { _ = try WriteRequest2.decode(histograms(6), limits: limits, into: &columns) }
        #expect(what == .labelBytes)
        #expect(columns.exemplars.count == 0)
        // Prometheus sends exemplars by 1.0 in series without samples.
        let series = Wire.bytes(
            1,
            Wire.label("__name__", "a") + Wire.label("job", String(repeating: "x", count: 1000))
                + Wire.bytes(3, Wire.label("id", "a")))
        let first = refusedLimit {
            _ = try WriteRequest1.decode(
                Array(repeating: series, count: 6).flatMap { $0 }, limits: limits, into: &columns)
        }
        #expect(first == .labelBytes)
    }

    /// Types past those known are all the unknown type, which is one family with its help and not one for each number.
    @Test func aTypeUnknownHereMakesNoFamilyOfItsOwn() throws {
        let symbols = ["", "__name__", "a", "help"].flatMap { Wire.text(4, $0) }
        let series = (0..<1000 as Range<UInt64>).flatMap { type in
            Wire.bytes(
                5, Wire.bytes(1, [1, 2]) + Wire.sample(1, 2) + Wire.bytes(5, Wire.number(1, type) + Wire.number(3, 3)))
        }
        var columns = SampleColumns()
        let counts = try WriteRequest2.decode(symbols + series, limits: DecodeLimits(), into: &columns)
        #expect(counts.series == 1000)
        #expect(columns.families.count == MetricType.allCases.count)
    }

    /// Two long helps with ten types each: what is kept of them is cut, ends with a whole character, and counts.
    @Test func helpAndUnitAreCutAndCountAgainstTheLimitOfLabelBytes() throws {
        let text = String(repeating: "ä", count: 3000)
        var message = ["", "__name__", "a", text].flatMap { Wire.text(4, $0) }
        for type in 0..<8 as Range<UInt64> {
            message += Wire.bytes(
                5,
                Wire.bytes(1, [1, 2]) + Wire.sample(1, 2)
                    + Wire.bytes(5, Wire.number(1, type) + Wire.number(3, 3) + Wire.number(4, 3)))
        }
        var columns = SampleColumns()
        let counts = try WriteRequest2.decode(message, limits: DecodeLimits(helpByteLimit: 1001), into: &columns)
        #expect(counts.cutTexts == 16 && counts.series == 8)
        let kept = String(repeating: "ä", count: 500)
        #expect(columns.families.allSatisfy { $0.help == kept && $0.unit == kept })
        // 16 texts of 1,000 bytes, and 12 bytes of labels in each series.
        _ = try WriteRequest2.decode(
            message, limits: DecodeLimits(labelByteLimit: 16_096, helpByteLimit: 1001), into: &columns)
        let what = refusedLimit {
            _ = try WriteRequest2.decode(
                message, limits: DecodeLimits(labelByteLimit: 16_000, helpByteLimit: 1001), into: &columns)
        }
        #expect(what == .labelBytes)
        let first = Wire.bytes(3, Wire.number(1, 1) + Wire.text(2, "a") + Wire.text(4, text))
        let counts1 = try WriteRequest1.decode(first, limits: DecodeLimits(helpByteLimit: 1001), into: &columns)
        #expect(counts1.cutTexts == 1 && columns.families.first?.help == kept)
        let nameless = Wire.bytes(3, Wire.text(2, String(repeating: "n", count: 8193)))
        let counts2 = try WriteRequest1.decode(nameless, limits: DecodeLimits(), into: &columns)
        #expect(counts2.refusedFamilies == 1 && columns.families.isEmpty)
    }

    /// Labels of refused series are packed too before it is seen that they are to be refused.
    @Test func refusedSeriesCountAgainstTheLimitOfLabelBytes() throws {
        let symbols = ["", "job", String(repeating: "x", count: 1000)].flatMap { Wire.text(4, $0) }
        let series = Wire.bytes(5, Wire.bytes(1, [1, 2]) + Wire.sample(1, 2))
        var columns = SampleColumns()
        let what = refusedLimit {
            _ = try WriteRequest2.decode(
                symbols + series + series + series, limits: DecodeLimits(labelByteLimit: 3000), into: &columns)
        }
        #expect(what == .labelBytes)
    }

    /// 2.0 with one series of so many labels of the same name and value, which every receiver refuses.
    private func repeated(_ labels: Int, name: String = "job", value: Int) -> [UInt8] {
        let symbols = ["", name, String(repeating: "x", count: value)].flatMap { Wire.text(4, $0) }
        let references = Array(repeating: [1, 2] as [UInt8], count: labels).flatMap { $0 }
        return symbols + Wire.bytes(5, Wire.bytes(1, references) + Wire.sample(1, 2))
    }

    @Test(arguments: [(65, 3, 10), (1, 1025, 10), (1, 3, 8193)])
    func seriesPastTheLimitsAreNeitherShownNorWritten(labels: Int, name: Int, value: Int) throws {
        let message = repeated(labels, name: String(repeating: "n", count: name), value: value)
        var shown = 0
        _ = try RequestRewriter.measure(message, from: .writeRequest2) { _, _ in
            shown += 1
            return true
        }
        #expect(shown == 0)
        for target in WireFormat.allCases {
            var output: [UInt8] = []
            let counts = try RequestRewriter.rewrite(
                message, from: .writeRequest2, to: target, byteLimit: 1 << 20, into: &output)
            #expect(output.isEmpty && counts.units == 0)
            #expect(counts.leftOutSeries == 1 && counts.leftOutUnits == 1)
        }
    }

    /// A message of 1.0 whose one series has 65 empty labels, which take two bytes each.
    @Test func theSameHoldsFor1AndOnlyForTheSeriesThatIsTooLong() throws {
        let long = Wire.bytes(1, Array(repeating: [0x0a, 0] as [UInt8], count: 65).flatMap { $0 } + Wire.sample(1, 2))
        let exemplars = Wire.bytes(3, Wire.label("id", "7f")) + Wire.bytes(3, [])
        let longExemplars = Wire.bytes(
            1, Wire.label("__name__", String(repeating: "a", count: 8193)) + exemplars + Wire.bytes(4, []))
        let good = Wire.series1([("__name__", "good")])
        for target in WireFormat.allCases {
            var output: [UInt8] = []
            let counts = try RequestRewriter.rewrite(
                good + long + longExemplars + good, from: .writeRequest1, to: target, byteLimit: 1 << 20, into: &output)
            #expect(counts.leftOutSeries == 2 && counts.leftOutUnits == 2 && counts.leftOutExemplars == 2)
            #expect(counts.units == 2 && counts.samples == 2)
            // It is said once, with the first of the parts.
            let second = try RequestRewriter.rewrite(
                good + long + longExemplars + good, from: .writeRequest1, to: target, part: .init(index: 2, count: 2),
                byteLimit: 1 << 20, into: &output)
            #expect(second.leftOutSeries == 0 && second.leftOutExemplars == 0 && second.samples == 1)
        }
    }

    @Test func aRewrittenRequestHasNoMoreLabelBytesThanAReceivedOneMayHave() throws {
        let symbols = ["", "__name__", String(repeating: "x", count: 1000)].flatMap { Wire.text(4, $0) }
        let series = Wire.bytes(5, Wire.bytes(1, [1, 2]) + Wire.sample(1, 2))
        var shown = 0
        let counts = try RequestRewriter.measure(
            symbols + series + series + series, from: .writeRequest2,
            keeping: { labels, _ in
                shown += labels.count
                return true
            }, limits: DecodeLimits(labelByteLimit: 2100))
        #expect(counts.units == 2 && counts.leftOutSeries == 1 && counts.leftOutUnits == 1)
        #expect((2000..<2100).contains(shown))
    }

    /// Samples without content take two bytes, and 16 here.
    @Test func aSeriesWithTooManySamplesOrHistogramsIsLeftOut() throws {
        let point = { (field: UInt64) in Array(repeating: Wire.bytes(field, []), count: 6).flatMap { $0 } }
        let message = Wire.bytes(1, Wire.label("__name__", "a") + point(2) + point(4))
        let counts = try RequestRewriter.measure(message, from: .writeRequest1, limits: DecodeLimits(sampleLimit: 11))
        #expect(counts.units == 0 && counts.leftOutSeries == 1 && counts.leftOutUnits == 12)
        let all = try RequestRewriter.measure(message, from: .writeRequest1, limits: DecodeLimits(sampleLimit: 12))
        #expect(all.units == 12 && all.leftOutSeries == 0)
    }

    /// In 1.0 every exemplar has its labels written out. No receiver takes more than 128 characters.
    @Test func exemplarsThatNobodyTakesAreLeftOutAndCounted() throws {
        let symbols = ["", "__name__", "a", "id", String(repeating: "x", count: 513)].flatMap { Wire.text(4, $0) }
        let exemplar = { (references: [UInt8]) in Wire.bytes(4, Wire.bytes(1, references) + Wire.number(3, 1)) }
        // Labels without name and value take no bytes, so their number counts.
        let many = exemplar(Array(repeating: 0, count: 2 * 513))
        func rewrite(_ exemplars: [UInt8], _ target: WireFormat, limit: Int = 10) throws -> RewriteCounts {
            var output: [UInt8] = []
            let series = Wire.bytes(5, Wire.bytes(1, [1, 2]) + Wire.sample(1, 2) + exemplars)
            return try RequestRewriter.rewrite(
                symbols + series, from: .writeRequest2, to: target, byteLimit: 1 << 20,
                limits: DecodeLimits(exemplarLimit: limit), into: &output)
        }
        let short = exemplar([3, 2])
        for target in WireFormat.allCases {
            for wrong in [exemplar([3, 4]), many] {
                let counts = try rewrite(short + wrong + short, target)
                #expect(counts.exemplars == 2 && counts.leftOutExemplars == 1 && counts.samples == 1)
            }
            let counts = try rewrite(short + short + short, target, limit: 2)
            #expect(counts.exemplars == 2 && counts.leftOutExemplars == 1)
        }
    }

    /// In 2.0 one help can stand with every series; in 1.0 it would stand there for each of the families.
    @Test func whatIsSaidOfFamiliesIsBoundedToo() throws {
        let names = (0..<20).map { "m\($0)" }
        let symbols = (["", "__name__", String(repeating: "h", count: 1000)] + names).flatMap { Wire.text(4, $0) }
        let series = (0..<20 as Range<UInt8>).flatMap { number in
            Wire.bytes(
                5,
                Wire.bytes(1, [1, 3 + number]) + Wire.sample(1, 2)
                    + Wire.bytes(5, Wire.number(1, 1) + Wire.number(3, 2)))
        }
        var output: [UInt8] = []
        func rewrite(_ limits: DecodeLimits, byteLimit: Int = 1 << 20) throws -> RewriteCounts {
            try RequestRewriter.rewrite(
                symbols + series, from: .writeRequest2, to: .writeRequest1, byteLimit: byteLimit, limits: limits,
                into: &output)
        }
        let all = try rewrite(DecodeLimits())
        #expect(all.families == 20 && all.leftOutTexts == 0 && output.count > 20_000)
        let short = try rewrite(DecodeLimits(helpByteLimit: 999))
        #expect(short.families == 20 && short.leftOutTexts == 20 && output.count < 2000)
        let few = try rewrite(DecodeLimits(familyLimit: 5))
        #expect(few.families == 5 && few.leftOutFamilies == 15 && few.samples == 20)
        // They are written last and count before.
        #expect(throws: RemoteWriteError.self) { try rewrite(DecodeLimits(), byteLimit: 19_000) }
    }

    @Test(arguments: WireFormat.allCases) func familiesOf1PastTheLimitAreLeftOutAndTheirSeriesAreNot(
        target: WireFormat
    ) throws {
        let names = ["a", "b", "c"]
        let message =
            (names + ["a"]).flatMap {
                Wire.bytes(3, Wire.number(1, 1) + Wire.text(2, $0) + Wire.text(4, "help of " + $0))
            }
            + names.flatMap { Wire.series1([("__name__", $0)]) }
        var output: [UInt8] = []
        let counts = try RequestRewriter.rewrite(
            message, from: .writeRequest1, to: target, byteLimit: 1 << 20, limits: DecodeLimits(familyLimit: 2),
            into: &output)
        #expect(counts.leftOutFamilies == 1 && counts.samples == 3)
        let text = String(decoding: output, as: UTF8.self)
        #expect(names.map { text.contains("help of " + $0) } == [true, true, false])
    }
}
