internal import Synchronization

/// The memory that all running queries share. A query takes of it before it holds more, and gives all back at its end.
package final class QueryMemory: Sendable {
    package let byteLimit: Int
    private let taken = Atomic<Int>(0)
    private let largestGivenBack = Atomic<Int>(0)

    package init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// What running queries have taken.
    package var takenByteCount: Int { taken.load(ordering: .relaxed) }

    func take(_ byteCount: Int) -> Bool {
        if taken.add(byteCount, ordering: .relaxed).newValue <= byteLimit { return true }
        giveBack(byteCount)
        return false
    }

    func giveBack(_ byteCount: Int) { taken.subtract(byteCount, ordering: .relaxed) }

    /// A query that had taken so much has ended.
    func noteEnd(_ byteCount: Int) {
        giveBack(byteCount)
        largestGivenBack.max(byteCount, ordering: .relaxed)
    }

    /// The most that a query gave back since this was asked the last time.
    package func takeLargestGivenBack() -> Int { largestGivenBack.exchange(0, ordering: .relaxed) }
}
