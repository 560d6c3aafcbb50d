internal import LabelMatching
internal import MetricModel

/// The orders to delete in a day's file. What they mean is in DELETION.md.
struct DayDeletions: Sendable {
    /// Orders that one file has at most, and matchers of one order.
    static let orderLimit = 256
    static let matcherLimit = 64

    let orders: [DayDeletion]
    /// The newest order's number, 0 where there is none.
    let newest: Int64

    var isEmpty: Bool { orders.isEmpty }

    /// Reads them from a file, which may have no tables for them.
    init(_ database: Database) throws(StoreError) {
        guard try Self.areThere(database) else {
            (orders, newest) = ([], 0)
            return
        }
        let all = try database.prepare(
            "SELECT id, first_unix_ms, last_unix_ms, through_seal FROM deletions ORDER BY id LIMIT \(Self.orderLimit + 1)"
        )
        var orders: [DayDeletion] = []
        var newest: Int64 = 0
        while try all.step() {
            newest = all.integer(0)
            let (first, last) = (all.integer(1), all.integer(2))
            guard first <= last, orders.count < Self.orderLimit else {
                throw .damaged(database.path, "the numbers of deletion \(newest)")
            }
            orders.append(
                DayDeletion(
                    matchers: try Self.matchers(ofDeletion: newest, database), unixMilliseconds: first...last,
                    throughSeal: all.integer(3)))
        }
        (self.orders, self.newest) = (orders, newest)
    }

    private static func areThere(_ database: Database) throws(StoreError) -> Bool {
        try database.integer("SELECT 1 FROM sqlite_schema WHERE name = 'deletions'") != nil
    }

    /// The newest order's number in a file.
    static func newest(_ database: Database) throws(StoreError) -> Int64 {
        guard try areThere(database) else { return 0 }
        return try database.integer("SELECT max(id) FROM deletions") ?? 0
    }

    private static func matchers(
        ofDeletion number: Int64, _ database: Database
    ) throws(StoreError) -> [LabelMatcher] {
        let rows = try database.prepare(
            "SELECT label, operation, value FROM deletion_matchers WHERE deletion = ? ORDER BY position "
                + "LIMIT \(matcherLimit + 1)")
        try rows.bind(1, number)
        var matchers: [LabelMatcher] = []
        while try rows.step() {
            guard let operation = MatchOperation(rawValue: rows.text(1)), matchers.count < matcherLimit else {
                throw .damaged(database.path, "the matchers of deletion \(number)")
            }
            do throws(PatternError) {
                matchers.append(try LabelMatcher(rows.text(0), operation, rows.text(2)))
            } catch {
                // It compiled once. Whatever is different now, the file is not served without its orders.
                throw .database(path: database.path, code: 0, reason: "deletion \(number): \(error)")
            }
        }
        // No matcher would mean every series.
        guard !matchers.isEmpty else { throw .damaged(database.path, "deletion \(number) has no matchers") }
        return matchers
    }

    /// Adds orders to a file, within a transaction.
    static func append(
        _ matcherSets: [[LabelMatcher]], _ unixMilliseconds: ClosedRange<Int64>, throughSeal: Int64, now: Int64,
        to database: Database
    ) throws(StoreError) {
        if try !areThere(database) { try database.execute(text) }
        let insert = try database.prepare("INSERT INTO deletions VALUES (NULL, ?, ?, ?, ?)")
        let insertMatcher = try database.prepare("INSERT INTO deletion_matchers VALUES (?, ?, ?, ?, ?)")
        for matchers in matcherSets {
            try insert.bind(1, now)
            try insert.bind(2, unixMilliseconds.lowerBound)
            try insert.bind(3, unixMilliseconds.upperBound)
            try insert.bind(4, throughSeal)
            try insert.run()
            let number = database.lastInsertedRow
            for (position, matcher) in matchers.enumerated() {
                try insertMatcher.bind(1, number)
                try insertMatcher.bind(2, Int64(position))
                try insertMatcher.bind(3, matcher.name)
                try insertMatcher.bind(4, matcher.operation.rawValue)
                try insertMatcher.bind(5, matcher.value)
                try insertMatcher.run()
            }
        }
    }

    private static let text = """
        CREATE TABLE deletions (
            id INTEGER PRIMARY KEY, ordered_unix_ms INTEGER NOT NULL, first_unix_ms INTEGER NOT NULL,
            last_unix_ms INTEGER NOT NULL, through_seal INTEGER NOT NULL);
        CREATE TABLE deletion_matchers (
            deletion INTEGER NOT NULL, position INTEGER NOT NULL, label TEXT NOT NULL, operation TEXT NOT NULL,
            value TEXT NOT NULL, PRIMARY KEY (deletion, position)) WITHOUT ROWID;
        """

    /// The orders that mean a series.
    func touching(packedLabels: [UInt8]) -> [DayDeletion] {
        guard !isEmpty else { return [] }
        let labels = Labels(alreadyPacked: packedLabels)
        return orders.filter { $0.matchers.match(labels) }
    }
}
