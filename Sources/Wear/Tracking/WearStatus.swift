/// The wear of one component, for pages and the status screen.
package struct WearStatus: Sendable {
    package let deviceID: String
    package let component: String
    package let model: String
    /// 100 × damage; nil before the first sample.
    package let percentage: Double?
    package let remaining: RemainingLife
    package let resetCount: UInt64
    package let lastResetUnixMilliseconds: Int64?
    package let lastResetNote: String
}
