/// What checking passwords may cost.
package struct PasswordCheckLimits: Hashable, Sendable {
    /// Threads that check, which is processors that a flood of wrong passwords can keep busy.
    package var workerCount: Int
    /// Different credentials that wait for a check, in all.
    package var waitingLimit: Int
    /// The same from one address, so that a flood from one place leaves room for others.
    package var waitingLimitPerAddress: Int

    package init(workerCount: Int, waitingLimit: Int = 256, waitingLimitPerAddress: Int = 8) {
        self.workerCount = workerCount
        self.waitingLimit = waitingLimit
        self.waitingLimitPerAddress = waitingLimitPerAddress
    }
}
