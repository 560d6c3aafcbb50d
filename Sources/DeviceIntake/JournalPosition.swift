/// How much of the journals a state holds: all through one number, and the beginning of the next.
struct JournalPosition: Equatable {
    /// The last journal that is held whole; 0 for none.
    var number: UInt64 = 0
    /// How many entries of the journal after it are held.
    var nextEntryCount: UInt64 = 0

    func holds(entry index: UInt64, of journal: UInt64) -> Bool {
        journal <= number || journal == number + 1 && index < nextEntryCount
    }

    /// The last number that a journal may have which this state knows something of.
    var newestNumber: UInt64 { nextEntryCount > 0 ? number + 1 : number }
}
