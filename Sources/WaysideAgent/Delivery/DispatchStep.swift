/// What a `Dispatcher` wants next.
enum DispatchStep: Sendable {
    /// Post this, then tell `answered` or `failed`.
    case send(OutgoingRequest)
    /// Ask again at this CLOCK_BOOTTIME, or earlier where something has changed.
    case wait(untilBootNanoseconds: Int64)
    /// Nothing more will come.
    case finished
}
