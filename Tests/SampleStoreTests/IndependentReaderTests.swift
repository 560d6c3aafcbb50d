import LabelMatching
import LinuxSystem
import MetricModel
import Testing

@testable import SampleStore

/// Python's sqlite3 module reads what an operator would: a second implementation's view of the file.
@Suite(.enabled(if: Python.isThere, Python.absence)) struct IndependentReaderTests {
    @Test func tablesAndViewsAreReadable() async throws {
        let test = try TestStore(now: TestStore.base + 3_600_000)
        let base = TestStore.base
        let labels: Labels = ["__name__": "node_cpu_seconds_total", "cpu": "0", "mode": "idle", "job": "node"]
        try await test.ingest([
            .init(labels: labels, samples: (0..<240).map { (base + $0 * 15_000, Double($0) * 14.75) }),
            .init(labels: ["__name__": "up", "job": "node"], samples: [(base, 1)]),
        ])
        try test.store.seal()
        let output = try Python.run(
            """
            import sqlite3, sys
            db = sqlite3.connect('\(test.directory)/2026-11-20.db')
            print(db.execute('PRAGMA integrity_check').fetchone()[0])
            for row in db.execute('SELECT labels FROM series_text ORDER BY 1'): print(row[0])
            for row in db.execute('SELECT labels, first, last, bytes > 10 FROM chunk_times ORDER BY 1'): print(row)
            for row in db.execute('SELECT seal, first, last, series, chunks, samples, is_late FROM seal_times'): print(row)
            for row in db.execute("SELECT name, value, hex(series_ids) FROM label_pairs ORDER BY 1, 2"): print(row)
            """, in: test.directory)
        #expect(
            output == """
                ok
                __name__="node_cpu_seconds_total", cpu="0", job="node", mode="idle"
                __name__="up", job="node"
                ('__name__="node_cpu_seconds_total", cpu="0", job="node", mode="idle"', '2026-11-20T19:30:00.000Z', '2026-11-20T20:29:45.000Z', 1)
                ('__name__="up", job="node"', '2026-11-20T19:30:00.000Z', '2026-11-20T19:30:00.000Z', 1)
                (1, '2026-11-20T19:30:00.000Z', '2026-11-20T20:29:45.000Z', 2, 2, 241, 0)
                ('__name__', 'node_cpu_seconds_total', '01')
                ('__name__', 'up', '02')
                ('cpu', '0', '01')
                ('job', 'node', '0101')
                ('mode', 'idle', '01')

                """)
    }

    /// Parts, columns that several series have, names with a common beginning, a series without labels, more series of a
    /// metric than a row takes, and late rows beside all that.
    @Test func aFinalFileIsReadable() async throws {
        let test = try FinalFormTests.dayThatIsOver { $0.finalChunkSampleLimit = 3 }
        let base = TestStore.base
        let values = [1.1, 2.7182818284, 0.00031, 9.75e8]
        let noise = values.enumerated().map { index, value in (time: base + Int64(index) * 15_000, value: value) }
        try await test.ingest([
            .init(labels: ["__name__": "node_load1", "job": "node"], samples: noise),
            .init(labels: ["__name__": "node_load15", "job": "node"], samples: noise),
            .init(labels: ["__name__": "up"], samples: [(base, 1)]),
            .init(labels: ["job": "n\u{e9}", "x": "nameless"], samples: [(base + 1, 1)]),
        ])
        let many = (0..<1030).map { number in
            TestStore.Row(labels: ["__name__": "node_many", "n": "\(number)"], samples: [(base, Double(number))])
        }
        try await test.ingest(many)
        try test.store.sealFinally()
        try await test.ingest([.init(labels: ["__name__": "late", "a": "b"], samples: [(base + 2, 1)])])
        try test.store.seal()
        let matchers = [try LabelMatcher("__name__", .equal, "node_many")]
        #expect(try test.select(matchers).count == 1030)
        let output = try Python.run(
            """
            import sqlite3
            db = sqlite3.connect('\(test.directory)/2026-11-20.db')
            print(db.execute('PRAGMA integrity_check').fetchone()[0])
            few = "WHERE labels NOT LIKE 'node_many%' ORDER BY series_id, first"
            for row in db.execute("SELECT labels FROM series_text WHERE labels NOT LIKE 'node_many%' ORDER BY 1"): print(row[0])
            for row in db.execute('SELECT labels, substr(first, 12), substr(last, 12), samples FROM chunk_times ' + few): print(row)
            found = {row[0] for row in db.execute("SELECT labels FROM series_text WHERE labels LIKE 'node_many%'")}
            print(len(found), found == {'node_many{n="%d"}' % n for n in range(1030)})
            print(db.execute('SELECT count(*), count(DISTINCT series_id) FROM chunk_times').fetchone())
            for row in db.execute('SELECT labels, first, last FROM late_chunk_times'): print(row)
            """, in: test.directory)
        #expect(
            output == """
                ok
                node_load15{job="node"}
                node_load1{job="node"}
                up{}
                {job="n\u{e9}", x="nameless"}
                ('{job="n\u{e9}", x="nameless"}', '19:30:00.001Z', '19:30:00.001Z', 1)
                ('node_load1{job="node"}', '19:30:00.000Z', '19:30:30.000Z', 3)
                ('node_load1{job="node"}', '19:30:45.000Z', '19:30:45.000Z', 1)
                ('node_load15{job="node"}', '19:30:00.000Z', '19:30:30.000Z', 3)
                ('node_load15{job="node"}', '19:30:45.000Z', '19:30:45.000Z', 1)
                ('up{}', '19:30:00.000Z', '19:30:00.000Z', 1)
                1030 True
                (1036, 1034)
                ('__name__="late", a="b"', '2026-11-20T19:30:00.002Z', '2026-11-20T19:30:00.002Z')

                """)
    }
}
