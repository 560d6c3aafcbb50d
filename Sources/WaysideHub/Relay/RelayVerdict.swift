/// What a sender is told of its request because of those it is relayed to.
enum RelayVerdict: Sendable, Hashable {
    case taken
    /// 503: nothing is promised, the same again later.
    case comeAgain(seconds: Int, why: String)
    /// 413.
    case tooLarge(byteCount: Int, byteLimit: Int)
}
