/// Elements in memory of their own that grows: what an array is, without the check for a unique reference at each
/// append, which costs more than the append.
struct GrowingMemory<Element>: ~Copyable {
    /// Owned, freed once in `deinit`; the first `count` of `capacity` elements are initialised.
    private(set) var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    /// Has room for `expectedCount` elements at first, at least one.
    init(expectedCount: Int) {
        capacity = max(expectedCount, 1)
        base = UnsafeMutablePointer.allocate(capacity: capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count &+= 1
    }

    @inline(never)
    private mutating func grow() {
        let wider = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        wider.moveInitialize(from: base, count: count)
        base.deallocate()
        base = wider
        capacity *= 2
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "element \(index) of \(count)")
        return base[index]
    }

    mutating func removeLast(_ surplus: Int) {
        precondition(surplus >= 0 && surplus <= count, "\(surplus) of \(count) elements taken back")
        count -= surplus
        (base + count).deinitialize(count: surplus)
    }

    /// The elements as an array.
    var array: [Element] {
        [Element](unsafeUninitializedCapacity: count) { room, filled in
            if let start = room.baseAddress { start.initialize(from: base, count: count) }
            filled = count
        }
    }
}
