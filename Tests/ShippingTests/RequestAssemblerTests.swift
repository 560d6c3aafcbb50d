import MetricModel
import Shipping
import Testing

@Suite struct RequestAssemblerTests {
    private func add(_ assembler: inout RequestAssembler, _ labels: Labels, _ time: Int64, _ value: Double) {
        let family = assembler.family(.init(name: labels.metricName, type: .gauge, help: "", unit: ""))
        labels.packed.withUnsafeBytes {
            assembler.add($0, family: family, unixMilliseconds: time, value: value)
        }
        // The handle found through a label set is that of its bytes.
        let found = assembler.series(labels, family: .init(name: "other", type: .info, help: "", unit: ""))
        let again = labels.packed.withUnsafeBytes { assembler.series($0, family: family) }
        #expect(found == again)
    }

    private func texts(_ columns: SampleColumns) -> [String] {
        columns.rows.map { row in
            let samples = row.samples.map { "\(columns.values[$0])@\(columns.unixMilliseconds[$0])" }
            return "\(columns.labels(of: row)) \(samples.joined(separator: " "))"
        }
    }

    @Test func samplesOfSeveralBatchesAreGroupedBySeries() {
        var assembler = RequestAssembler(seriesLimit: 10, sampleLimit: 100)
        for time in [Int64(10), 20, 30] {
            add(&assembler, ["__name__": "b", "job": "x"], time, 1)
            add(&assembler, ["__name__": "a", "job": "x"], time, 2)
            if time == 20 { add(&assembler, ["__name__": "b", "job": "y"], time, 3) }
        }
        var columns = SampleColumns()
        let repeated = assembler.finish(into: &columns)
        #expect(repeated == 0)
        #expect(
            texts(columns) == [
                #"b{job="x"} 1.0@10 1.0@20 1.0@30"#, #"a{job="x"} 2.0@10 2.0@20 2.0@30"#, #"b{job="y"} 3.0@20"#,
            ])
        #expect(columns.rows.map { columns.families[Int($0.family)].name } == ["b", "a", "b"])
        #expect(columns.families.count == 2)
    }

    @Test func whatWasHandedOverStaysWhenTheMemoryIsGivenBack() {
        var assembler = RequestAssembler(seriesLimit: 5000, sampleLimit: 20_000)
        var columns = SampleColumns()
        for round in Int64(0)..<3 {
            assembler.removeAll()
            for number in 0..<2000 { add(&assembler, ["__name__": "a", "n": "\(number)"], round, Double(number)) }
            _ = assembler.finish(into: &columns)
            assembler.release()
            assembler.confirm()
            #expect(assembler.sampleCount == 0 && assembler.seriesCount == 0)
            #expect(texts(columns) == (0..<2000).map { "a{n=\"\($0)\"} \(Double($0))@\(round)" })
        }
    }

    @Test func aClockSetBackIsPutInOrderAndTheFirstOfEqualTimesStands() {
        var assembler = RequestAssembler(seriesLimit: 10, sampleLimit: 100)
        for (time, value) in [(Int64(30), 1.0), (10, 2), (20, 3), (30, 4), (10, 5)] {
            add(&assembler, ["__name__": "a"], time, value)
        }
        add(&assembler, ["__name__": "b"], 5, 9)
        var columns = SampleColumns()
        let repeated = assembler.finish(into: &columns)
        #expect(repeated == 2)
        #expect(texts(columns) == ["a 2.0@10 3.0@20 1.0@30", "b 9.0@5"])
    }

    @Test func whatDoesNotFitIsCounted() {
        var assembler = RequestAssembler(seriesLimit: 1, sampleLimit: 2)
        for name in ["a", "b", "a", "a"] {
            add(&assembler, ["__name__": Labels([Label("__name__", name)]).metricName], 1, 1)
        }
        #expect(assembler.refusedCount == 2)
        #expect(assembler.sampleCount == 2)
    }

    @Test func manySeriesAreFoundAgainAndMemoryIsReused() {
        var assembler = RequestAssembler(seriesLimit: 5000, sampleLimit: 20_000)
        var columns = SampleColumns()
        for round in 0..<2 {
            for time in [Int64(1), 2] {
                for index in 0..<3000 { add(&assembler, ["__name__": "m", "i": "\(index)"], time, Double(round)) }
            }
            #expect(assembler.seriesCount == 3000)
            _ = assembler.finish(into: &columns)
            #expect(columns.rows.count == 3000)
            #expect(columns.rows.allSatisfy { $0.samples.count == 2 })
            #expect(Set(columns.rows.map { columns.labels(of: $0) }).count == 3000)
            assembler.removeAll()
        }
    }

    @Test func partsCoverEverySampleOnceAndNest() {
        for count in [0, 1, 2, 3, 7, 100, 1023] {
            for split in [1, 2, 4, 8, 1024] {
                let parts = (1...split).map { RequestPart(index: $0, count: split) }
                #expect(parts.flatMap { Array($0.samples(of: count)) } == Array(0..<count))
                for part in parts where split < 1024 {
                    let whole = part.samples(of: count)
                    let halves = [2 * part.index - 1, 2 * part.index].flatMap {
                        Array(RequestPart(index: $0, count: 2 * split).samples(of: count))
                    }
                    #expect(halves == Array(whole))
                }
            }
        }
    }

    /// CRC-32C bit by bit, from its polynomial: the oracle for nothing but the order of the bytes.
    private func crc32c(_ checksum: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var rest = ~checksum
        for byte in bytes {
            rest ^= UInt32(byte)
            for _ in 0..<8 { rest = rest & 1 == 1 ? rest >> 1 ^ 0x82f6_3b78 : rest >> 1 }
        }
        return ~rest
    }

    @Test func theChecksumIsThatOfTheDocumentedBytes() {
        var columns = SampleColumns()
        columns.beginRow(packedLabels: [1, 0x61, 1, 0x62])
        columns.append(unixMilliseconds: 1, value: 1.5)
        columns.append(unixMilliseconds: -2, value: -0.0)
        columns.beginRow(packedLabels: [1, 0x63, 1, 0x64])
        columns.append(unixMilliseconds: 3, value: 2)
        let documented: [UInt8] =
            [4, 0, 0, 0, 1, 0x61, 1, 0x62, 1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
            + [0, 0, 0, 0, 0, 0, 0, 0x80]
            + [4, 0, 0, 0, 1, 0x63, 1, 0x64, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40]
        let expected = documented.withUnsafeBytes { crc32c(0, $0) }
        #expect(ContentChecksum.compute(columns, samples: 1..<3, crc32c: crc32c) == expected)
        columns.families = [.init(name: "x", type: .gauge, help: "help", unit: "")]
        columns.rows[0].family = 0
        #expect(ContentChecksum.compute(columns, samples: 1..<3, crc32c: crc32c) == expected)
        #expect(ContentChecksum.compute(columns, samples: 0..<3, crc32c: crc32c) != expected)
    }

    @Test func helpIsSentFirstAndThenOnceAnInterval() {
        var schedule = HelpSchedule(intervalNanoseconds: 100)
        #expect(schedule.isDue(now: 5))
        schedule.noteAcknowledged(now: 5)
        #expect(!schedule.isDue(now: 104))
        #expect(schedule.isDue(now: 105))
    }
}
