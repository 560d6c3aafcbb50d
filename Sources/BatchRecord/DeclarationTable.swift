/// The series of one dictionary, some 20 bytes each: what they have in common is in their layouts, and a value that a
/// series shares with the one before it is there once.
struct DeclarationTable {
    private struct Entry {
        /// Index into `layouts`; -1 where the declaration is missing.
        var layout: Int32 = -1
        /// Where in `places` those of its values begin.
        var first: UInt32 = 0
    }

    private var entries: [Entry] = []
    private var layouts: [SeriesLayout] = []
    private var layoutNumbers: [ObjectIdentifier: Int32] = [:]
    /// Where in `values` each value begins.
    private var places: [UInt32] = []
    /// Values, each behind its byte count as in packed labels.
    private var values: [UInt8] = []

    var count: Int { entries.count }
    var valueByteCount: Int { values.count }

    func isDeclared(_ index: Int) -> Bool { index < entries.count && entries[index].layout >= 0 }

    /// Makes places for series up to `count`.
    mutating func grow(to count: Int) {
        guard count > entries.count else { return }
        entries.append(contentsOf: repeatElement(Entry(), count: count - entries.count))
    }

    /// Takes values that are not yet here; what they are added to, for `declare`.
    mutating func add(values more: [UInt8]) -> Int {
        defer { values.append(contentsOf: more) }
        return values.count
    }

    /// Declares a series that is missing; its values lie at `offset` + each of `at`.
    mutating func declare(_ index: Int, _ layout: SeriesLayout, at relative: ArraySlice<UInt32>, offset: Int) {
        entries[index] = Entry(layout: number(layout), first: UInt32(places.count))
        for place in relative { places.append(place + UInt32(offset)) }
    }

    private mutating func number(_ layout: SeriesLayout) -> Int32 {
        if let known = layoutNumbers[ObjectIdentifier(layout)] { return known }
        let made = Int32(layouts.count)
        layouts.append(layout)
        layoutNumbers[ObjectIdentifier(layout)] = made
        return made
    }

    func layout(_ index: Int) -> SeriesLayout { layouts[Int(entries[index].layout)] }

    /// Replaces `packed` by the labels of a declared series.
    func pack(_ index: Int, into packed: inout [UInt8]) {
        packed.removeAll(keepingCapacity: true)
        let layout = layout(index)
        let first = Int(entries[index].first)
        values.withUnsafeBufferPointer { values in
            places.withUnsafeBufferPointer { places in
                layout.pack(
                    values, at: UnsafeBufferPointer(rebasing: places[first..<first + layout.valueCount]), into: &packed)
            }
        }
    }
}
