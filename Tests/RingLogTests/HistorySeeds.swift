import LinuxSystem

/// The seeds of random histories. `WAYSIDE_SEEDS` makes them more, `WAYSIDE_FIRST_SEED` repeats one.
enum HistorySeeds {
    static var range: Range<UInt64> {
        let count = Machine.environment("WAYSIDE_SEEDS").flatMap { UInt64($0) } ?? 40
        let first = Machine.environment("WAYSIDE_FIRST_SEED").flatMap { UInt64($0) } ?? 1
        return first..<first + count
    }
}
