internal import MetricModel
internal import SampleCodec

/// The questions asked of the tables that seals write, as prepared statements on one connection.
final class DayReading {
    private let database: Database
    private let day: CalendarDay
    private let prefix: String
    private let chunkSampleLimit: Int
    private let findPair: Statement
    private let pairByID: Statement
    private let pairsByName: Statement
    private let postingsByID: Statement
    private let chunksOfSeries: Statement
    private let sealsInRange: Statement
    private let labelsOfSeries: Statement
    /// Packed pairs by number, so that the labels of many series cost one look-up a pair. Cleared when it has grown to
    /// `pairCacheLimit`.
    private var pairs: [Int64: [UInt8]] = [:]
    private let pairCacheLimit = 20_000

    init(_ database: Database, day: CalendarDay, prefix: String, chunkSampleLimit: Int) throws(StoreError) {
        self.database = database
        self.day = day
        self.prefix = prefix
        // A file may have been written with a higher limit than is set now.
        self.chunkSampleLimit = max(chunkSampleLimit, 1 << 20)
        findPair = try database.prepare("SELECT id, series_ids FROM \(prefix)label_pairs WHERE name = ? AND value = ?")
        pairByID = try database.prepare("SELECT name, value FROM \(prefix)label_pairs WHERE id = ?")
        pairsByName = try database.prepare("SELECT value, series_ids FROM \(prefix)label_pairs WHERE name = ?")
        postingsByID = try database.prepare("SELECT series_ids FROM \(prefix)label_pairs WHERE id = ?")
        chunksOfSeries = try database.prepare(
            "SELECT data FROM \(prefix)chunks WHERE id BETWEEN ? AND ? ORDER BY id")
        sealsInRange = try database.prepare(
            "SELECT seal FROM \(prefix)seals WHERE last_unix_ms >= ? AND first_unix_ms <= ? "
                + "AND seal BETWEEN 1 AND \(DaySchema.sealLimit) ORDER BY seal")
        labelsOfSeries = try database.prepare("SELECT label_ids FROM \(prefix)series WHERE id = ?")
    }

    /// The seals with samples in the range, oldest first: the order in which the first value of a time wins.
    func seals(from: Int64, through: Int64) throws(StoreError) -> [Int64] {
        try sealsInRange.bind(1, from)
        try sealsInRange.bind(2, through)
        var seals: [Int64] = []
        while try sealsInRange.step() { seals.append(sealsInRange.integer(0)) }
        return seals
    }

    /// All seals with the range of their samples, oldest first.
    func sealTimes() throws(StoreError) -> [(number: Int64, first: Int64, last: Int64)] {
        let all = try database.prepare("SELECT seal, first_unix_ms, last_unix_ms FROM \(prefix)seals ORDER BY seal")
        var seals: [(number: Int64, first: Int64, last: Int64)] = []
        while try all.step() { seals.append((all.integer(0), all.integer(1), all.integer(2))) }
        return seals
    }

    /// The newest seal; 0 where there is none.
    func lastSeal() throws(StoreError) -> Int64 {
        try database.integer("SELECT max(seal) FROM \(prefix)seals") ?? 0
    }

    func sampleCount() throws(StoreError) -> Int64 {
        try database.integer("SELECT sum(samples) FROM \(prefix)seals") ?? 0
    }

    func collect(
        series: Int64, seal: Int64, from: Int64, through: Int64, into run: inout SampleRun
    ) throws(StoreError) {
        do throws(StoreError) {
            try chunksOfSeries.bind(1, DaySchema.chunkID(seal: seal, series: series, part: 0))
            try chunksOfSeries.bind(2, DaySchema.chunkID(seal: seal, series: series, part: DaySchema.partLimit - 1))
            while try chunksOfSeries.step() {
                chunksOfSeries.withBytes(0) { chunk in
                    run.append(
                        chunk: chunk, from: from, through: through, sampleLimit: chunkSampleLimit,
                        within: day.unixMilliseconds)
                }
            }
        } catch {
            // A damaged page costs the chunks that are in it.
            guard error.isDamage else { throw error }
            run.noteDamagedChunk()
        }
    }

    /// The chunks of a series that have samples in the range, not decoded.
    func pieces(
        series: Int64, seal: Int64, from: Int64, through: Int64, size: inout SelectionSize
    ) throws(StoreError) -> [StoredPiece] {
        var pieces: [StoredPiece] = []
        do throws(StoreError) {
            try chunksOfSeries.bind(1, DaySchema.chunkID(seal: seal, series: series, part: 0))
            try chunksOfSeries.bind(2, DaySchema.chunkID(seal: seal, series: series, part: DaySchema.partLimit - 1))
            while try chunksOfSeries.step() {
                chunksOfSeries.withBytes(0) { bytes in
                    switch Result(catching: { () throws(ChunkError) in
                        try ChunkHeader(bytes, sampleLimit: chunkSampleLimit)
                    }) {
                    case .success(let header):
                        let (first, last) = (header.firstUnixMilliseconds, header.lastUnixMilliseconds)
                        if first <= through, last >= from {
                            size.add(samples: header.sampleCount, bytes: bytes.count)
                            pieces.append(.chunk(Array(bytes), day: day, sampleLimit: chunkSampleLimit))
                        } else if !day.unixMilliseconds.contains(first) || !day.unixMilliseconds.contains(last) {
                            pieces.append(.damaged(day))
                        }
                    case .failure: pieces.append(.damaged(day))
                    }
                }
            }
        } catch {
            guard error.isDamage else { throw error }
            pieces.append(.damaged(day))
        }
        return pieces
    }

    /// The packed labels of a series, nil where there is none of that number.
    func packedLabels(series: UInt32) throws(StoreError) -> [UInt8]? {
        try labelsOfSeries.bind(1, Int64(series))
        defer { labelsOfSeries.reset() }
        guard try labelsOfSeries.step() else { return nil }
        return try packedLabels(labelsOfSeries.text(0))
    }

    /// The packed labels behind a series' `label_ids`: `[1,5,7]`.
    func packedLabels(_ list: String) throws(StoreError) -> [UInt8] {
        var packed: [UInt8] = []
        for item in list.dropFirst().dropLast().split(separator: ",") {
            guard let number = Int64(item) else { throw .damaged(database.path, "label_ids \(list)") }
            packed.append(contentsOf: try packedPair(number))
        }
        return packed
    }

    private func packedPair(_ number: Int64) throws(StoreError) -> [UInt8] {
        if let known = pairs[number] { return known }
        try pairByID.bind(1, number)
        defer { pairByID.reset() }
        guard try pairByID.step() else { throw .damaged(database.path, "no label pair \(number)") }
        var packed: [UInt8] = []
        for column in [Int32(0), 1] {
            pairByID.withBytes(column) { bytes in
                Labels.appendLength(bytes.count, to: &packed)
                packed.append(contentsOf: bytes)
            }
        }
        if pairs.count >= pairCacheLimit { pairs.removeAll() }
        pairs[number] = packed
        return packed
    }

    func pairID(name: [UInt8], value: [UInt8]) throws(StoreError) -> Int64? {
        try bindPair(name, value)
        defer { findPair.reset() }
        return try findPair.step() ? findPair.integer(0) : nil
    }

    private func bindPair(_ name: [UInt8], _ value: [UInt8]) throws(StoreError) {
        try findPair.bind(1, String(decoding: name, as: UTF8.self))
        try findPair.bind(2, String(decoding: value, as: UTF8.self))
    }

    func postings(pair: Int64) throws(StoreError) -> [UInt32] {
        try postingsByID.bind(1, pair)
        defer { postingsByID.reset() }
        guard try postingsByID.step() else { return [] }
        return try decode(postingsByID.bytes(0))
    }

    private func decode(_ bytes: [UInt8]) throws(StoreError) -> [UInt32] {
        guard let numbers = Postings.decode(bytes) else { throw .damaged(database.path, "series_ids") }
        return numbers
    }
}

extension DayReading: LabelIndexReader {
    func allSeries() throws(StoreError) -> [UInt32] {
        let statement = try database.prepare("SELECT id FROM \(prefix)series ORDER BY id")
        var numbers: [UInt32] = []
        while try statement.step() { numbers.append(UInt32(truncatingIfNeeded: statement.integer(0))) }
        return numbers
    }

    func series(name: String, value: [UInt8]) throws(StoreError) -> [UInt32] {
        try bindPair(Array(name.utf8), value)
        defer { findPair.reset() }
        return try findPair.step() ? decode(findPair.bytes(1)) : []
    }

    func series(
        name: String, valuesWhere isWanted: (UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) -> [[UInt32]] {
        try pairsByName.bind(1, name)
        defer { pairsByName.reset() }
        var lists: [[UInt32]] = []
        while try pairsByName.step() {
            if pairsByName.withBytes(0, isWanted) { lists.append(try decode(pairsByName.bytes(1))) }
        }
        return lists
    }

    func labelNames() throws(StoreError) -> [String] {
        try texts(of: database.prepare("SELECT DISTINCT name FROM \(prefix)label_pairs"))
    }

    func labelValues(of name: String) throws(StoreError) -> [String] {
        let statement = try database.prepare("SELECT value FROM \(prefix)label_pairs WHERE name = ?")
        try statement.bind(1, name)
        return try texts(of: statement)
    }

    private func texts(of statement: Statement) throws(StoreError) -> [String] {
        var texts: [String] = []
        while try statement.step() { texts.append(statement.text(0)) }
        return texts
    }
}
