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
}
