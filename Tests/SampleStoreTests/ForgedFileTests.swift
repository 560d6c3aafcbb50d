import LabelMatching
import LinuxSystem
import MetricModel
import SampleCodec
import Testing

@testable import SampleStore

private let base = TestStore.base
private let greatest = Int64.max

/// Day files whose checksums are right and whose numbers are not, as only somebody who means it writes them: found to
/// be damaged, whatever is asked of them.
@Suite struct ForgedFileTests {
    private static let name = "2026-11-20.db"

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
    }

    /// Times and a chunk of one sample long before the day.
    private static let foreignTimes = hexadecimal(SampleCodec.encode(times: [.min], effort: .final))
    private static let foreignChunk: String = {
        var hint = TickHint()
        return hexadecimal(SampleCodec.encode([Int64.min], [1.0], effort: .final, hint: &hint))
    }()

    /// Nothing; no triple; a first part of no series; a number cut off; a part, a set and a place beyond the file; values
    /// before the stream, twice before it, and before no part; times that are not there.
    private static let seriesForgeries = [
        "x''", "x'00'", "x'00000101'", "x'80'", "x'000101ffffffffff3f'", "x'00ffffff7f0101'", "x'ffffffffffff7f010101'",
        "x'00010103000009'", "x'00010103000001000001'", "x'00010003'", "x'00017f01'",
    ]

    private static let finalForgeries =
        [
            "UPDATE properties SET value = \(greatest) WHERE name = 'label_sets'",
            "UPDATE properties SET value = 4000000000 WHERE name = 'label_sets'",
            "UPDATE label_sets SET first_set = -5", "UPDATE label_sets SET first_set = \(greatest)",
            "DELETE FROM label_sets", "UPDATE label_sets SET labels = x'80'",
            "UPDATE label_sets SET labels = x'ffffffffffff7f00'", "UPDATE label_sets SET labels = x'7f00'",
            "INSERT INTO labels VALUES (\(greatest), 'x', x'01')",
            "UPDATE properties SET value = \(Int64.min) WHERE name = 'label cpu'",
            "UPDATE properties SET value = \(greatest) WHERE name = 'label job'",
            "UPDATE metrics SET first_series = \(greatest) WHERE name = 'up'",
            "UPDATE metrics SET first_series = 0 WHERE name LIKE '%cpu_seconds_total'",
            "UPDATE metrics SET prefix = NULL",
        ] + seriesForgeries.map { "UPDATE metrics SET series = \($0)" } + [
            "UPDATE properties SET value = \(greatest) WHERE name = 'series'",
            "UPDATE properties SET value = \(greatest) WHERE name = 'samples'",
            "UPDATE properties SET value = -1 WHERE name = 'samples'",
            "UPDATE properties SET value = \(greatest) WHERE name = 'slice_bytes'",
            "UPDATE properties SET value = \(Int64.max / 2) WHERE name = 'stream_bytes'",
            "UPDATE properties SET value = \(greatest) WHERE name = 'last_unix_ms'",
            "UPDATE properties SET value = \(Int64.min) WHERE name = 'first_unix_ms'",
            "DELETE FROM properties WHERE name = 'series'",
            "UPDATE properties SET value = \(greatest) WHERE name = 'chunks'",
            "UPDATE time_columns SET data = \(foreignTimes) WHERE samples = 1",
        ]

    private static let sealedForgeries = [
        "INSERT INTO seals SELECT \(greatest), sealed_unix_ms, first_unix_ms, last_unix_ms, 1, 1, 1, 0 FROM seals",
        "INSERT INTO seals SELECT -1, sealed_unix_ms, first_unix_ms, last_unix_ms, 1, 1, 1, 0 FROM seals",
        "UPDATE seals SET samples = \(greatest);"
            + "INSERT INTO seals SELECT 2, sealed_unix_ms, first_unix_ms, last_unix_ms, 1, 1, samples, 0 FROM seals",
        "UPDATE seals SET last_unix_ms = \(greatest)", "UPDATE seals SET first_unix_ms = \(Int64.min)",
        "INSERT INTO series VALUES (4294967296, 1, '[1]')", "INSERT INTO series VALUES (-1, 1, '[1]')",
        "UPDATE chunks SET data = \(foreignChunk) WHERE id = (SELECT min(id) FROM chunks)",
    ]

    /// The same in the tables of late rows.
    private static let lateForgeries = sealedForgeries.map { forgery in
        ["seals", "series", "chunks"].reduce(forgery) { text, table in
            ["INTO", "UPDATE", "FROM"].reduce(text) { text, before in
                text.replacing("\(before) \(table)", with: "\(before) late_\(table)")
            }
        }
    }

    enum Form: CaseIterable { case sealed, final, finalWithLateRows }

    @Test(
        arguments: finalForgeries.map { (Form.final, $0) } + sealedForgeries.map { (Form.sealed, $0) }
            + lateForgeries.map { (Form.finalWithLateRows, $0) })
    func aForgedFileIsDamagedAndNeverTraps(form: Form, forgery: String) async throws {
        let test = try FinalFormTests.dayThatIsOver()
        try await test.ingest(FinalFormTests.rows())
        if form == .sealed { try test.store.seal() } else { try test.store.sealFinally() }
        if form == .finalWithLateRows {
            try await test.ingest(FinalFormTests.rows(3, 20, from: base + 9))
            try test.store.seal()
        }
        try test.crash { directory in
            try Database(directory + "/" + Self.name, .readWrite).execute(forgery)
        }
        #expect(try !StoreVerification.check(test.directory).damages.isEmpty)
        _ = try StoreInspection.describe(test.directory).days.reduce(0) { $0 + $1.samples }
        for matchers in [
            [], [try LabelMatcher("__name__", .equal, "up")], [try LabelMatcher("job", .equal, "node")],
            [try LabelMatcher("instance", .matches, "gw-.")],
        ] {
            _ = try test.select(matchers)
        }
        _ = try test.store.labelValues(of: "job", matching: [], from: .min, through: .max, limit: 9)
        let statistics = test.store.statistics()
        #expect(statistics.damagedFiles + statistics.damagedChunks > 0)
        test.store.rewriteDays()
        // What is in the way of a seal is put aside.
        try await test.ingest(FinalFormTests.rows(3, 20, from: base + 7))
        try test.store.seal()
        #expect(try test.select().values.reduce(0) { $0 + $1.count } >= 60)
        try test.crash()
    }
}
