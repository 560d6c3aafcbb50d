import LabelMatching
import LinuxSystem
import MetricModel
import Testing

@testable import SampleStore

/// Another process that opens the store's databases while they are in use cannot end their journals or write to them,
/// whatever the store has done to their files before: a descriptor of ours that is closed would take SQLite's locks.
@Suite(.enabled(if: Python.isThere, Python.absence)) struct OutsideProcessTests {
    /// What is done to the files of an open store, and might lose it their locks.
    enum Work: CaseIterable {
        case backup, measurement, inspection, verification

        func run(_ test: TestStore) throws {
            switch self {
            case .backup:
                let target = test.directory + "-copy"
                defer { TestStore.removeTree(target) }
                #expect(try test.store.backUp(to: target).isWhole)
            case .measurement: test.store.removeExpired()
            case .inspection: _ = try StoreInspection.describe(test.directory)
            case .verification: _ = try StoreVerification.check(test.directory)
            }
        }
    }

    private static func store() async throws -> TestStore {
        var settings = TestStore.smallSettings
        settings.retentionByteCount = 1 << 40
        let test = try TestStore(settings: settings, now: TestStore.base + 3_600_000)
        try await test.ingest([.init(labels: ["__name__": "up"], samples: [(TestStore.base, 1)])])
        return test
    }

    /// The last process to close a database in WAL mode folds its -wal file in and deletes it. One that looks at it for
    /// a moment must not take itself for the last.
    @Test(arguments: Work.allCases) func whoeverLooksAtAFileLeavesItsJournal(_ work: Work) async throws {
        let test = try await Self.store()
        try test.store.seal()
        // A reader of our own, as a query's is kept.
        let reader = try Database(test.directory + "/2026-11-20.db", .readWrite)
        #expect(try reader.integer("SELECT count(*) FROM seals") == 1)
        #expect(try test.select().count == 1)
        try work.run(test)
        let output = try Python.run(
            """
            import os, sqlite3
            for name, table in (('hub.db', 'log_position'), ('2026-11-20.db', 'seals')):
                path = '\(test.directory)/' + name
                db = sqlite3.connect(path, timeout=0)
                print(name, db.execute('SELECT count(*) FROM ' + table).fetchone()[0])
                try:
                    print(db.execute('PRAGMA journal_mode = DELETE').fetchone()[0])
                except sqlite3.OperationalError as error:
                    print(error)
                db.close()
                print(os.path.exists(path + '-wal'))
            """, in: test.directory)
        #expect(
            output == """
                hub.db 1
                database is locked
                True
                2026-11-20.db 1
                database is locked
                True

                """)
        #expect(try reader.integer("SELECT count(*) FROM seals") == 1)
    }

    /// A file in final form has no -wal; who reads it keeps writers out.
    @Test(arguments: Work.allCases) func nobodyWritesToAFinalFileWhileItIsRead(_ work: Work) async throws {
        let test = try await Self.store()
        try test.store.sealFinally()
        let reader = try Database(test.directory + "/2026-11-20.db", .readWrite)
        try reader.execute("BEGIN")
        #expect(try reader.integer("SELECT count(*) FROM metrics") == 1)
        try work.run(test)
        let output = try Python.run(
            """
            import sqlite3
            db = sqlite3.connect('\(test.directory)/2026-11-20.db', timeout=0)
            print(db.execute('SELECT count(*) FROM metrics').fetchone()[0])
            try:
                db.execute('BEGIN EXCLUSIVE')
                print('taken')
            except sqlite3.OperationalError as error:
                print(error)
            """, in: test.directory)
        #expect(output == "1\ndatabase is locked\n")
        try reader.execute("COMMIT")
    }
}
