/// How much a destination may be sent, for links that are paid by the byte. Nil is no limit.
package struct SendLimits: Sendable, Hashable {
    package var bytesPerSecond: Int64?
    /// In a day of UTC.
    package var bytesPerDay: Int64?

    package init(bytesPerSecond: Int64? = nil, bytesPerDay: Int64? = nil) {
        precondition(bytesPerSecond.map { $0 > 0 } ?? true, "a rate lets something pass")
        precondition(bytesPerDay.map { $0 > 0 } ?? true, "a day lets something pass")
        self.bytesPerSecond = bytesPerSecond
        self.bytesPerDay = bytesPerDay
    }

    /// Which limits there are.
    package var given: [SendBudget.Limit] {
        (bytesPerSecond == nil ? [] : [.rate]) + (bytesPerDay == nil ? [] : [.day])
    }
}
