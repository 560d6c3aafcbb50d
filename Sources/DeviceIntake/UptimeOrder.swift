/// How far the uptimes of one boot may be apart from what one expects of the next: beyond, it is another boot.
enum UptimeOrder {
    /// Messages of a device's topics may pass each other by this much.
    static let reorderMilliseconds: Int64 = 2_000
    /// An uptime that runs ahead of the gateway's clock by more than this is no delay.
    static let leapMilliseconds: Int64 = 60_000
}
