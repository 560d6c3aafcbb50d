/// What a column of integers is: which numbers are coded for it.
enum ColumnShape: UInt8 {
    /// All equal.
    case constant = 0
    /// Equal steps.
    case line = 1
    /// What each is above the least.
    case levels = 2
    /// Differences, around zero.
    case differences = 3
    /// What each difference is above the least: counters.
    case steps = 4
    /// Differences of differences, around zero.
    case secondDifferences = 5
    /// Multiples of a clock's tick.
    case ticks = 6
}
