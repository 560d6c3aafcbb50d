internal import SettingsFile
package import Shipping

/// How a destination is brought up to date over a link that was away or is paid by the byte: the keys `catch_up`,
/// `accepts_out_of_order`, `rate_limit` and `daily_bytes` of `remote_write`.
package struct CatchUpSettings: Sendable {
    package enum Order: String, CaseIterable, Sendable {
        case oldestFirst = "oldest_first"
        /// Live data before the backlog, where the receiver takes samples in any order.
        case newestFirst = "newest_first"
    }

    package let order: Order
    /// Whether the receiver takes samples in any order; a Wayside hub says so itself.
    package let acceptsOutOfOrder: Bool
    package let limits: SendLimits

    init(from section: SettingsSection) {
        order = section.choice("catch_up", default: .oldestFirst)
        acceptsOutOfOrder = section.bool("accepts_out_of_order", default: false)
        limits = SendLimits(
            bytesPerSecond: section.byteSize("rate_limit", range: 100...(1 << 40)).map(Int64.init),
            bytesPerDay: section.byteSize("daily_bytes", range: 10_000...(1 << 50)).map(Int64.init))
    }
}
