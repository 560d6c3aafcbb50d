/// The label references of one 2.0 series, at most `limit` of them; further ones are counted and not kept.
///
/// Memory of its own rather than an array, whose check for a unique reference at each append costs more than reading
/// the number.
struct LabelReferences: ~Copyable {
    let limit: Int
    private(set) var count = 0
    /// Owned, freed once in `deinit`; only the first `min(count, limit)` entries are ever read.
    private let memory: UnsafeMutablePointer<UInt64>

    init(limit: Int) {
        self.limit = limit
        memory = UnsafeMutablePointer.allocate(capacity: limit)
    }

    deinit { memory.deallocate() }

    mutating func removeAll() { count = 0 }

    @inline(__always)
    mutating func append(_ reference: UInt64) {
        if count < limit { memory[count] = reference }
        count &+= 1
    }

    @inline(__always)
    subscript(index: Int) -> UInt64 {
        precondition(index < min(count, limit), "reference \(index) of \(count)")
        return memory[index]
    }
}
