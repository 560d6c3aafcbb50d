/// The learned decisions of one column while it is coded, fresh, and the rates at which they learn.
struct ModelMemory {
    /// The last entry of `rates`; decisions after that many learn no slower.
    static let lastRate: UInt16 = 126
    /// For the n-th decision 65,536/(n+2), at least 1/32 (high half) and at least 1/128 (low half).
    private static let rateTable: [UInt32] = (0...UInt32(lastRate)).map { count in
        let rate = 65_536 / (count + 2)
        return max(rate, 2048) << 16 | max(rate, 512)
    }

    let rates: UnsafePointer<UInt32>
    private var next: UnsafeMutablePointer<AdaptiveBit>

    /// Takes `count` decisions out of the memory.
    mutating func take(_ count: Int) -> UnsafeMutablePointer<AdaptiveBit> {
        defer { next += count }
        return next
    }

    /// Runs `body` with memory for `cellCount` decisions: on the stack for short chunks, never kept.
    static func with<Result>(cellCount: Int, _ body: (ModelMemory) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: AdaptiveBit.self, capacity: cellCount) { cells in
            cells.initialize(repeating: AdaptiveBit())
            return rateTable.withUnsafeBufferPointer { rates in
                guard let first = cells.baseAddress, let rates = rates.baseAddress else {
                    preconditionFailure("a model has decisions")
                }
                return body(ModelMemory(rates: rates, next: first))
            }
        }
    }
}
