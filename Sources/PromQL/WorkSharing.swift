/// Who does a query's work beside the thread that it runs on.
package protocol WorkSharing: Sendable {
    /// Runs `body` on the calling thread and at the same time on as many others as are free, which may be none, and
    /// returns when all have returned. `body` finds out by itself what is left to do.
    func share(_ body: @escaping @Sendable () -> Void)
}

/// Nobody: a query runs on the thread it was asked on.
package struct UnsharedWork: WorkSharing {
    package init() {}

    package func share(_ body: @escaping @Sendable () -> Void) { body() }
}
