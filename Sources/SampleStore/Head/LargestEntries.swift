/// The entries with the largest values of many, without keeping the many.
struct LargestEntries<Name> {
    private let limit: Int
    private var entries: [(name: Name, value: UInt64)] = []
    /// What an entry must be larger than to matter.
    private var floor: UInt64 = 0

    init(limit: Int) { self.limit = max(limit, 1) }

    mutating func add(_ name: @autoclosure () -> Name, _ value: UInt64) {
        guard value > floor else { return }
        entries.append((name(), value))
        if entries.count >= 2 * limit { cut() }
    }

    private mutating func cut() {
        entries.sort { $0.value > $1.value }
        entries.removeLast(max(0, entries.count - limit))
        if entries.count == limit, let last = entries.last { floor = last.value }
    }

    /// Largest first.
    mutating func list(_ text: (Name) -> String) -> [(name: String, value: UInt64)] {
        cut()
        return entries.map { (text($0.name), $0.value) }
    }
}
