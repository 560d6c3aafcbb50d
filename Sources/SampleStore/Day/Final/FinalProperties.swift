/// What a final file says of itself. The numbers are looked at when the file is opened: what others calculate with them
/// stays within bounds, and takes no more memory than the file is large, whoever wrote it.
struct FinalProperties {
    let firstUnixMilliseconds: Int64
    let lastUnixMilliseconds: Int64
    let sampleCount: Int
    let seriesCount: Int
    let chunkCount: Int
    let labelSetCount: Int
    /// The names of labels in the order of their labels, and the numbers of their first labels.
    let labelNames: [(first: Int64, name: String)]
    let sliceByteCount: Int
    let streamByteCount: Int

    init(_ database: Database, day: CalendarDay) throws(StoreError) {
        let byteCount = try database.byteCount()
        let property = { (name: String, bounds: ClosedRange<Int64>) throws(StoreError) -> Int64 in
            guard let value = try database.integer("SELECT value FROM properties WHERE name = '\(name)'") else {
                throw .damaged(database.path, "no property \(name)")
            }
            guard bounds.contains(value) else { throw .damaged(database.path, "property \(name) is \(value)") }
            return value
        }
        let seriesLimit = min(byteCount, Int64(UInt32.max))
        seriesCount = Int(try property("series", 0...seriesLimit))
        chunkCount = Int(try property("chunks", 0...byteCount))
        // Each question has a place in memory for every set; in the file each has a byte at least.
        labelSetCount = Int(try property("label_sets", 0...seriesLimit))
        labelNames = try Self.labelNames(database)
        sampleCount = Int(try property("samples", 0...DaySchema.sampleLimit))
        sliceByteCount = Int(try property("slice_bytes", 1...max(byteCount, 1)))
        streamByteCount = Int(try property("stream_bytes", 0...byteCount))
        // A day without series has no times either.
        let times = seriesCount > 0 ? day.unixMilliseconds : Int64.min...Int64.max
        firstUnixMilliseconds = try property("first_unix_ms", times)
        lastUnixMilliseconds = try property("last_unix_ms", times)
        _ = try property("day_unix_ms", day.firstUnixMilliseconds...day.firstUnixMilliseconds)
        if let metrics = try database.range(of: "first_series", in: "metrics"),
            metrics.lowerBound <= 0 || metrics.upperBound > Int64(seriesCount)
        {
            throw .damaged(database.path, "metrics begin at the series \(metrics)")
        }
    }

    private static func labelNames(_ database: Database) throws(StoreError) -> [(first: Int64, name: String)] {
        // '!' comes after the space.
        let all = try database.prepare(
            "SELECT name, value FROM properties WHERE name > 'label ' AND name < 'label!' ORDER BY value")
        var names: [(first: Int64, name: String)] = []
        while try all.step() {
            let name = all.withBytes(0) {
                String(decoding: $0.dropFirst(FinalSchema.labelPrefix.utf8.count), as: UTF8.self)
            }
            names.append((all.integer(1), name))
        }
        guard names.allSatisfy({ (1..<Int64(UInt32.max)).contains($0.first) }) else {
            throw .damaged(database.path, "the labels of \(names.count) names begin at other than 32-bit numbers")
        }
        return names
    }
}
