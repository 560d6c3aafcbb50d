/// A clock that a test moves: the wall clock can be set, the boot clock only goes on.
package struct SimulatedClock: Sendable {
    package private(set) var bootNanoseconds: Int64
    package private(set) var unixMilliseconds: Int64
    package var isSynchronised: Bool
    /// How many parts in a million the wall clock runs too fast.
    package var driftPerMillion: Int64 = 0
    private var remainder: Int64 = 0

    package init(bootNanoseconds: Int64 = 0, unixMilliseconds: Int64, isSynchronised: Bool = true) {
        self.bootNanoseconds = bootNanoseconds
        self.unixMilliseconds = unixMilliseconds
        self.isSynchronised = isSynchronised
    }

    /// Lets time pass.
    package mutating func advance(milliseconds: Int64) {
        precondition(milliseconds >= 0, "the boot clock never goes back")
        bootNanoseconds += milliseconds * 1_000_000
        remainder += milliseconds * driftPerMillion
        unixMilliseconds += milliseconds + remainder / 1_000_000
        remainder %= 1_000_000
    }

    /// Sets the wall clock, as NTP or an operator does.
    package mutating func set(unixMilliseconds: Int64, isSynchronised: Bool = true) {
        self.unixMilliseconds = unixMilliseconds
        self.isSynchronised = isSynchronised
    }
}
