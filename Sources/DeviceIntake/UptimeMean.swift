/// The running mean of the uptimes of live messages.
struct UptimeMean: Equatable {
    /// In whole milliseconds when it comes out of a state record.
    private(set) var nanoseconds = 0.0
    private(set) var count: UInt64 = 0

    init() {}

    init(nanoseconds: Double, count: UInt64) {
        self.nanoseconds = nanoseconds
        self.count = count
    }

    mutating func add(_ uptimeNanoseconds: Int64) {
        count += 1
        nanoseconds += (Double(uptimeNanoseconds) - nanoseconds) / Double(count)
    }

    func joined(_ other: UptimeMean) -> UptimeMean {
        guard count > 0 else { return other }
        guard other.count > 0 else { return self }
        let all = count + other.count
        let share = Double(other.count) / Double(all)
        return UptimeMean(nanoseconds: nanoseconds + (other.nanoseconds - nanoseconds) * share, count: all)
    }
}
