import BatchRecord
import MetricModel
import SimulatedSystem
import TestValues
import Testing

/// No bytes may crash a decoder, hang it or make it take memory that the bytes do not pay for.
@Suite struct HostileBytesTests {
    /// Every decoder on the same bytes. What a decoder accepts must keep its own promises.
    static func decode(_ bytes: [UInt8], with dictionary: SegmentDictionary, sampleLimit: Int = 100_000) {
        bytes.withUnsafeBytes { raw in
            let decoder = BatchRecordDecoder(sampleLimit: sampleLimit)
            var visited = 0
            let whole = attempt { try decoder.decode(raw, with: dictionary) { _ in visited += 1 } }
            let summary = attempt { try decoder.summary(of: raw) }
            #expect(visited <= sampleLimit && visited <= bytes.count * 2)
            if let whole {
                #expect(visited + whole.undeclaredCount == whole.sampleCount)
                let undeclared = attempt { try decoder.undeclaredCount(of: raw, with: dictionary) }
                #expect(undeclared == whole.undeclaredCount)
                #expect(summary?.sampleCount == whole.sampleCount && summary?.annotation == whole.annotation)
                #expect(summary?.firstUnixMilliseconds == whole.firstUnixMilliseconds)
                #expect(summary?.lastUnixMilliseconds == whole.lastUnixMilliseconds)
            }
            if let summary {
                #expect(summary.sampleCount <= sampleLimit && summary.annotation.upperBound <= bytes.count)
                #expect(summary.firstUnixMilliseconds <= summary.lastUnixMilliseconds)
            }
            var made = SegmentDictionary(seriesLimit: 5000, labelByteLimit: 100_000)
            let isTaken: Void? = attempt { try made.add(raw) }
            #expect(isTaken != nil || made.seriesCount == 0)
            #expect(made.seriesCount <= 5000 && made.labelByteCount <= 100_000)
            _ = attempt { try GapRecord(decoding: raw) }
            _ = attempt { try TimeCorrectionRecord(decoding: raw) }
            if let state = attempt({ try StateRecord(decoding: raw) }) {
                var again: [UInt8] = []
                state.encode(into: &again)
                #expect(again == bytes)
            }
        }
    }

    private static func attempt<Result>(_ body: () throws -> Result) -> Result? {
        // An error is the right answer to most of these bytes.
        try? body()
    }

    static func goldens() -> [[UInt8]] {
        var records = GoldenTests.encoded()
        for encode in [GoldenTests.gap.encode, GoldenTests.state.encode, GoldenTests.correction.encode] {
            var bytes: [UInt8] = []
            encode(&bytes)
            records.append(bytes)
        }
        return records
    }

    static func dictionary() throws -> SegmentDictionary {
        var dictionary = SegmentDictionary()
        try GoldenTests.encoded()[0].withUnsafeBytes { try dictionary.add($0) }
        return dictionary
    }

    @Test func truncationAtEveryOffset() throws {
        let dictionary = try Self.dictionary()
        for golden in Self.goldens() {
            for count in 0..<golden.count { Self.decode(Array(golden[..<count]), with: dictionary) }
        }
        // What is whole needs all its bytes: no shorter record decodes, but for the state's payload.
        let samples = GoldenTests.encoded()[1]
        for count in 0..<samples.count {
            #expect(throws: BatchRecordError.self, "\(count) bytes") {
                try RecordShelf.decode(Array(samples[..<count]), with: dictionary)
            }
        }
        let declarations = GoldenTests.encoded()[0]
        for count in 0..<declarations.count {
            #expect(throws: BatchRecordError.self, "\(count) bytes") {
                var made = SegmentDictionary()
                try declarations[..<count].withUnsafeBytes { try made.add($0) }
            }
        }
    }

    @Test func everyByteOfAGoldenAsEveryOther() throws {
        let dictionary = try Self.dictionary()
        for golden in Self.goldens() {
            for offset in golden.indices {
                var bytes = golden
                for flip in 1...UInt8.max {
                    bytes[offset] = golden[offset] ^ flip
                    Self.decode(bytes, with: dictionary)
                }
            }
        }
    }

    @Test func randomMutations() throws {
        var maker = BatchMaker(seed: 21)
        var shelf = RecordShelf()
        for _ in 0..<10 { shelf.append(maker.batch(count: 60, annotation: 20)) }
        let dictionary = shelf.dictionary(1)
        let records = shelf.stored.map(\.bytes) + Self.goldens()
        for seed in UInt64(1)...3000 {
            var random = SeededRandom(seed: seed)
            var bytes = records[Int.random(in: 0..<records.count, using: &random)]
            for _ in 0..<Int.random(in: 1..<6, using: &random) where !bytes.isEmpty {
                let offset = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[offset] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[offset] = [0, 0x7f, 0x80, 0xff][Int.random(in: 0..<4, using: &random)]
                case 2: bytes.removeSubrange(offset..<min(bytes.count, offset + 3))
                case 3: bytes.insert(contentsOf: [0xff, 0xff, 0xff, 0xff, 0x07], at: offset)
                default: bytes.removeLast(bytes.count - offset)
                }
            }
            Self.decode(bytes, with: dictionary, sampleLimit: seed % 2 == 0 ? 100_000 : 30)
        }
    }

    @Test func aSampleCountIsCheckedAgainstTheBytes() {
        // The head of a record that claims 50,000 samples in one run of each column, and has no values.
        let head = Array(GoldenTests.encoded()[1][..<36])
        let claim = head + [0] + [0xd0, 0x86, 0x03] + [0, 0xd0, 0x86, 0x03] + [0, 0xd0, 0x86, 0x03]
        #expect(throws: BatchRecordError.self) { try RecordShelf.summary(claim) }
        #expect(throws: BatchRecordError.limit(what: "samples", count: 50_000, limit: 49_999)) {
            try claim.withUnsafeBytes { try BatchRecordDecoder(sampleLimit: 49_999).summary(of: $0) }
        }
    }

    /// A few bytes a series that each mean the whole of a long value, a long scope or many names.
    @Test func repetitionPaysForItself() {
        func varint(_ number: Int) -> [UInt8] {
            [UInt8(number & 0x7f | 0x80), UInt8(number >> 7 & 0x7f | 0x80), UInt8(number >> 14)]
        }
        let long = [UInt8](repeating: 0x61, count: 60_000)
        let count = 20_000
        // One family with one label; each series shares all of the first one's value.
        var shared: [UInt8] = [1, 1, 1, 0, 1, 1, 0x6d, 0, 0, 0, 1, 1, 0x6c, 0] + varint(count)
        shared += [0, 0] + varint(60_000 << 1) + long
        for _ in 1..<count { shared += [0, 0, 1] + varint(60_000) }
        // One scope of one long label, and series that have nothing else.
        var scoped: [UInt8] = [1, 1, 1] + varint(60_005) + [1, 0x6c] + varint(60_000) + long
        scoped += [1, 1, 0x6d, 0, 0, 0, 0, 0] + varint(count) + [UInt8](repeating: 0, count: count * 2)
        for bytes in [shared, scoped] {
            var dictionary = SegmentDictionary(labelByteLimit: 1 << 20)
            var failure: BatchRecordError?
            do { try bytes.withUnsafeBytes { try dictionary.add($0) } } catch { failure = error as? BatchRecordError }
            guard case .limit(what: "label bytes", _, limit: 1 << 20) = failure else {
                Issue.record("\(failure as Any)")
                continue
            }
            #expect(dictionary.seriesCount == 0)
        }
        // Very many names in one family.
        var names: [UInt8] = [1, 1, 0, 1, 1, 0x6d, 0, 0, 0] + varint(40_000)
        for _ in 0..<40_000 { names += [1, 0x6c] }
        #expect(throws: BatchRecordError.limit(what: "label names", count: 40_000, limit: 256)) {
            var dictionary = SegmentDictionary()
            try names.withUnsafeBytes { try dictionary.add($0) }
        }
    }
}
