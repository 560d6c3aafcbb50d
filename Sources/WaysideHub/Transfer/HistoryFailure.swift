/// Why history could not be read or sent.
enum HistoryFailure: Error, Hashable, CustomStringConvertible {
    /// More at once than one answer may hold; half the time, or a single series, may do.
    case tooLarge(String)
    /// No answer, or one that asks to come back: worth another attempt.
    case unreachable(String)
    /// An answer that another attempt will not change.
    case refused(String)
    /// There is nothing of that name.
    case notFound(String)
    /// The command was told to stop.
    case interrupted

    var description: String {
        switch self {
        case .tooLarge(let text), .unreachable(let text), .refused(let text), .notFound(let text): text
        case .interrupted: "interrupted"
        }
    }
}
