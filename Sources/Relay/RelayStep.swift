/// What a `RelayDispatcher` wants next.
package enum RelayStep: Sendable {
    /// Post this, then tell `answered` or `failed`.
    case send(RelayOutgoing)
    /// Ask again at this CLOCK_BOOTTIME.
    case wait(untilBootNanoseconds: Int64)
    /// Nothing more will come.
    case finished
}
