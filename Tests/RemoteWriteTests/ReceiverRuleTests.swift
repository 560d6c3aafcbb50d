import MetricModel
import RemoteWrite
import Testing

/// The specifications' sentences on what a receiver may be sent, as tests.
@Suite struct ReceiverRuleTests {
    private func refusalOf1(_ labels: [(String, String)], limits: DecodeLimits = DecodeLimits()) throws
        -> SeriesRefusal.Reason?
    {
        var columns = SampleColumns()
        let good = Wire.series1([("__name__", "good")])
        // Room behind the series, so that the quick way through it is taken where it can be.
        let room = Wire.bytes(900, Array(repeating: 0, count: 80))
        let counts = try WriteRequest1.decode(good + Wire.series1(labels) + good + room, limits: limits, into: &columns)
        // Whatever is refused, the series around it are not.
        #expect(columns.rows.count - (counts.refusedSeries == 0 ? 1 : 0) == 2)
        #expect(columns.values.count == columns.rows.count)
        #expect(counts.refusedSamples == counts.refusedSeries)
        #expect(counts.refusals.allSatisfy { $0.seriesIndex == 1 })
        return counts.refusals.first?.reason
    }

    private func refusalOf2(_ symbols: [String], _ references: [UInt64]) throws -> SeriesRefusal.Reason? {
        var columns = SampleColumns()
        let message = Wire.request2(symbols, references: references)
        let counts = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
        #expect(columns.rows.count == 1 - counts.refusedSeries)
        #expect(columns.values.count == columns.rows.count)
        return counts.refusals.first?.reason
    }

    @Test(
        arguments: [
            ([], .missingName), ([("job", "a")], .missingName), ([("__name__", "")], .missingName),
            ([("__name__", "a"), ("", "b")], .emptyLabelName),
            ([("__name__", "a"), ("job", "b"), ("job", "c")], .duplicateLabelName),
            ([("job", "b"), ("__name__", "a"), ("job", "b")], .duplicateLabelName),
            ([("__name__", "a"), ("1a", "b")], .badLabelName), ([("__name__", "a"), ("a-b", "b")], .badLabelName),
            ([("__name__", "a"), ("a:b", "b")], .badLabelName), ([("__name__", "a"), ("ä", "b")], .badLabelName),
            ([("__name__", "a"), ("abcdefgh@", "b")], .badLabelName), ([("__name__", "1a")], .badMetricName),
            ([("__name__", "a.b")], .badMetricName), ([("__name__", "temperature_ü")], .badMetricName),
            ([("__name__", ":a:b_c9")], nil), ([("__name__", "A"), ("_", "b"), ("aZ09_", "ü😀")], nil),
            ([("__name__", "a"), ("abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "b")], nil),
        ] as [([(String, String)], SeriesRefusal.Reason?)])
    func labelsOf1FollowTheRules(labels: [(String, String)], expected: SeriesRefusal.Reason?) throws {
        let refusal = try refusalOf1(labels)
        #expect(refusal == expected)
    }

    @Test func everyByteIsJudgedAsThe1GrammarDoes() throws {
        for byte in UInt8.min...0x7f {
            let character = Character(UnicodeScalar(byte))
            let isLetter = character.isLetter || character == "_"
            let inside = try refusalOf1([("__name__", "a"), ("abcdefg\(character)abc\(character)", "b")])
            #expect((inside == nil) == (isLetter || character.isNumber), "byte \(byte) inside a label name")
            let first = try refusalOf1([("__name__", "a"), ("\(character)b", "b")])
            #expect((first == nil) == isLetter, "byte \(byte) first in a label name")
            let metric = try refusalOf1([("__name__", "a\(character)b")])
            #expect((metric == nil) == (isLetter || character.isNumber || character == ":"), "byte \(byte) in a metric")
        }
    }

    @Test func unsortedLabelsAreSortedAsPrometheusDoes() throws {
        var columns = SampleColumns()
        let labels = [("zone", "z"), ("instance_id", "i"), ("instance", "gw"), ("__name__", "a"), ("Up", "1")]
        let counts = try WriteRequest1.decode(Wire.series1(labels), limits: DecodeLimits(), into: &columns)
        #expect(counts.sortedSeries == 1)
        #expect(columns.labels(of: columns.rows[0]) == Labels(labels.map { Label($0.0, $0.1) }))
    }

    @Test func aLabelWithAnEmptyValueIsNoLabel() throws {
        var columns = SampleColumns()
        let message = Wire.series1([("__name__", "a"), ("empty", ""), ("job", "b")])
        let counts = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &columns)
        #expect(counts.emptyLabels == 1)
        #expect(columns.labels(of: columns.rows[0]) == ["__name__": "a", "job": "b"])
    }

    @Test func namesOf1MayBeAnyUTF8WhereTheReceiverSaysSo() throws {
        let limits = DecodeLimits(namesOf1: .utf8)
        let refusal = try refusalOf1([("__name__", "temperature.ü"), ("a-b", "c")], limits: limits)
        #expect(refusal == nil)
    }

    @Test(arguments: [("job", [0xff]), ("job", [0xc3]), ("job", [0x61, 0xed, 0xa0, 0x80]), ("job", [0xc0, 0x80])])
    func labelValuesAreUTF8(name: String, value: [UInt8]) throws {
        let label = Wire.bytes(1, Wire.text(1, name) + Wire.bytes(2, value))
        let message = Wire.bytes(1, Wire.label("__name__", "a") + label + Wire.sample(1, 2))
        var columns = SampleColumns()
        let counts = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &columns)
        #expect(counts.refusals.map(\.reason) == [.notUTF8])
        let symbols = Wire.text(4, "") + Wire.text(4, "__name__") + Wire.bytes(4, value)
        let two = symbols + Wire.bytes(5, Wire.bytes(1, [1, 2]) + Wire.sample(1, 2))
        let counts2 = try WriteRequest2.decode(two, limits: DecodeLimits(), into: &columns)
        #expect(counts2.refusals.map(\.reason) == [.notUTF8])
    }

    @Test(
        arguments: [
            ([1, 2], nil), ([1, 2, 3], .oddReferences), ([1, 5], .referenceOutOfRange), ([4, 2], .referenceOutOfRange),
            ([1, 1 << 40], .referenceOutOfRange), ([1, 0], .missingName), ([1, 2, 0, 2], .emptyLabelName),
            ([1, 2, 3, 2, 3, 2], .duplicateLabelName), ([3, 2], .missingName), ([3, 2, 1, 2], nil), ([], .missingName),
        ] as [([UInt64], SeriesRefusal.Reason?)])
    func symbolReferencesOf2MustExist(references: [UInt64], expected: SeriesRefusal.Reason?) throws {
        let refusal = try refusalOf2(["", "__name__", "temperature.ü", "any name"], references)
        #expect(refusal == expected)
    }

    @Test func theFirstSymbolMustBeEmpty() {
        var columns = SampleColumns()
        let message = Wire.request2(["__name__", "a"], references: [0, 1])
        #expect(throws: RemoteWriteError.firstSymbolNotEmpty) {
            try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
        }
    }

    @Test func aSeriesOf2HasSamplesOrHistogramsButNotBoth() throws {
        let symbols = Wire.text(4, "") + Wire.text(4, "__name__") + Wire.text(4, "a")
        let labels = Wire.bytes(1, [1, 2])
        var columns = SampleColumns()
        let none = try WriteRequest2.decode(
            symbols + Wire.bytes(5, labels + Wire.bytes(4, [])), limits: DecodeLimits(), into: &columns)
        #expect(none.refusals.map(\.reason) == [.noSamples])
        #expect(none.exemplars == 0 && none.refusedExemplars == 1)
        let both = try WriteRequest2.decode(
            symbols + Wire.bytes(5, labels + Wire.sample(1, 2) + Wire.bytes(3, [])), limits: DecodeLimits(),
            into: &columns)
        #expect(both.refusals.map(\.reason) == [.samplesAndHistograms])
        #expect(both.refusedSamples == 1)
        #expect(columns.values.isEmpty)
    }

    @Test func aDecoderOf1SeesAnEmptyMessageIn2() throws {
        var columns = SampleColumns()
        let counts = try WriteRequest1.decode(Golden.request2, limits: DecodeLimits(), into: &columns)
        #expect(counts == DecodedCounts())
    }

    @Test func referencesMayComeOneByOneAndSymbolsLast() throws {
        let series = Wire.bytes(5, Wire.number(1, 1) + Wire.number(1, 2) + Wire.sample(1, 2))
        let symbols = Wire.text(4, "") + Wire.text(4, "__name__") + Wire.text(4, "a")
        var columns = SampleColumns()
        _ = try WriteRequest2.decode(series + symbols, limits: DecodeLimits(), into: &columns)
        #expect(columns.rowTexts == ["a 3ff0000000000000@2"])
    }

    @Test func unknownFieldsArePassedOver() throws {
        let unknown =
            Wire.number(900, 1) + Wire.double(901, 1) + Wire.text(902, "x") + Wire.varint(903 << 3 | 5) + [1, 2, 3, 4]
        let label = Wire.bytes(1, unknown + Wire.text(2, "a") + unknown + Wire.text(1, "__name__"))
        let sample = Wire.bytes(2, Wire.number(2, 2) + unknown + Wire.double(1, 1))
        var columns = SampleColumns()
        _ = try WriteRequest1.decode(
            unknown + Wire.bytes(1, unknown + label + sample + unknown), limits: DecodeLimits(), into: &columns)
        #expect(columns.rowTexts == ["a 3ff0000000000000@2"])
    }

    @Test func startTimestampsAreOfTheirOwnSamplesOnly() throws {
        let symbols = Wire.text(4, "") + Wire.text(4, "__name__") + Wire.text(4, "a")
        let started = Wire.bytes(2, Wire.double(1, 1) + Wire.number(2, 9) + Wire.number(3, 5))
        let plain = Wire.bytes(5, Wire.bytes(1, [1, 2]) + Wire.sample(1, 2))
        let refused = Wire.bytes(5, Wire.bytes(1, [1, 9]) + started)
        let mixed = Wire.bytes(5, Wire.bytes(1, [1, 2]) + started + Wire.sample(1, 10))
        var columns = SampleColumns()
        _ = try WriteRequest2.decode(
            symbols + plain + refused + mixed + plain, limits: DecodeLimits(), into: &columns)
        #expect(columns.startUnixMilliseconds == [0, 5, 0, 0])
        #expect(columns.unixMilliseconds == [2, 9, 10, 2])
    }

    @Test func refusalsAreListedUpToTheLimitAndCountedPastIt() throws {
        var columns = SampleColumns()
        let message = Array(repeating: Wire.series1([("job", "a")]), count: 25).flatMap { $0 }
        let counts = try WriteRequest1.decode(message, limits: DecodeLimits(listedRefusalLimit: 2), into: &columns)
        #expect(counts.refusals.map(\.seriesIndex) == [0, 1])
        #expect(
            counts.refusalText == "25 series with 25 samples refused: series 0 has no metric name, "
                + "series 1 has no metric name, and 23 more")
    }

    @Test(arguments: [
        (DecodeLimits(labelsPerSeriesLimit: 1), SeriesRefusal.Reason.tooManyLabels),
        (DecodeLimits(labelNameByteLimit: 7), .labelNameTooLong),
        (DecodeLimits(labelValueByteLimit: 4), .labelValueTooLong),
    ]) func labelLimitsRefuseTheSeries(limits: DecodeLimits, expected: SeriesRefusal.Reason) throws {
        var columns = SampleColumns()
        let message = Wire.series1([("__name__", "a"), ("job", "plant")])
        let counts = try WriteRequest1.decode(message, limits: limits, into: &columns)
        #expect(counts.refusals.map(\.reason) == [expected])
        let two = Wire.request2(["", "__name__", "a", "job", "plant"], references: [1, 2, 3, 4])
        let room = Wire.bytes(900, Array(repeating: 0, count: 80))
        let counts2 = try WriteRequest2.decode(two + room, limits: limits, into: &columns)
        #expect(counts2.refusals.map(\.reason) == [expected])
    }

    @Test(arguments: [
        (DecodeLimits(seriesLimit: 2), RequestLimit.series), (DecodeLimits(sampleLimit: 2), .samples),
        (DecodeLimits(labelByteLimit: 25), .labelBytes),
    ]) func requestLimitsRefuseTheRequest(limits: DecodeLimits, expected: RequestLimit) {
        var columns = SampleColumns()
        let message = Array(repeating: Wire.series1([("__name__", "a")]), count: 3).flatMap { $0 }
        let error = #expect(throws: RemoteWriteError.self) {
            try WriteRequest1.decode(message, limits: limits, into: &columns)
        }
        guard case .limitExceeded(let what, _, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(what == expected)
        #expect(columns.rows.isEmpty)
    }
}
