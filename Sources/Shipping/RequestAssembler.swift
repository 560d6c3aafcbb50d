package import MetricModel

/// Puts the samples of several batches together by series, as a request needs them.
///
/// Series stand in the order of their first sample and samples in the order of time, so the result is a function of
/// what was added: the same records make the same columns, and parts of them are the same parts.
package struct RequestAssembler: Sendable {
    private struct Entry: Sendable {
        var row: Int32
        var next: Int32
        var unixMilliseconds: Int64
        var value: Double
    }

    private struct Row: Sendable {
        var labels: Range<Int>
        var family: Int32
        var first: Int32 = -1
        var last: Int32 = -1
        var count = 0
        var isOrdered = true
        var treatment: SeriesFilter.Treatment
        /// Where the interval of the last sample ends, for series that are thinned.
        var intervalEnd: Int64?
    }

    /// How many series and samples a request may hold; further ones are counted in `refusedCount`.
    package let seriesLimit: Int
    package let sampleLimit: Int
    package private(set) var refusedCount: UInt64 = 0
    /// What `filter` has left out since `removeAll`.
    package private(set) var leftOut: [LeftOutReason: UInt64] = [:]
    /// Whether samples are only looked at, to know in which intervals their series have been sent one.
    package var isRehearsing = false
    private let filter: SeriesFilter
    private var memory = ThinningMemory()
    private var newestUnixMilliseconds = Int64.min
    private var labelBytes: [UInt8] = []
    private var rows: [Row] = []
    private var entries: [Entry] = []
    private var families: [SampleColumns.Family] = []
    private var familyIndex: [SampleColumns.Family: Int32] = [:]
    /// Open addressing over `rows`: indices plus one, 0 where free; a power of two, at least twice the rows.
    private var slots: [Int32]

    package init(seriesLimit: Int, sampleLimit: Int, filter: SeriesFilter = SeriesFilter()) {
        precondition(seriesLimit > 0 && seriesLimit < Int32.max / 4, "seriesLimit \(seriesLimit)")
        precondition(sampleLimit > 0 && sampleLimit < Int32.max, "sampleLimit \(sampleLimit)")
        self.seriesLimit = seriesLimit
        self.sampleLimit = sampleLimit
        self.filter = filter
        slots = Array(repeating: 0, count: 1024)
    }

    package var sampleCount: Int { entries.count }
    package var seriesCount: Int { rows.count }

    /// Forgets everything but keeps the memory.
    package mutating func removeAll() {
        labelBytes.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        families.removeAll(keepingCapacity: true)
        familyIndex.removeAll(keepingCapacity: true)
        leftOut.removeAll(keepingCapacity: true)
        newestUnixMilliseconds = .min
        for slot in slots.indices { slots[slot] = 0 }
    }

    /// The index by which `series` and `add` name a family.
    package mutating func family(_ family: SampleColumns.Family) -> Int32 {
        if let known = familyIndex[family] { return known }
        let made = Int32(families.count)
        families.append(family)
        familyIndex[family] = made
        return made
    }

    /// The handle of the series with these packed labels, valid until `removeAll`; nil, not counted, where the request
    /// is full. Ask once a series and batch, then `add` by the handle.
    package mutating func series(_ packedLabels: UnsafeRawBufferPointer, family: Int32) -> Int? {
        if let known = knownSeries(packedLabels) {
            // What is said of a family last stands for all of the request.
            rows[known].family = family
            return known
        }
        guard rows.count < seriesLimit else { return nil }
        let start = labelBytes.count
        labelBytes.append(contentsOf: packedLabels)
        var row = Row(
            labels: start..<labelBytes.count, family: family, treatment: filter.treatment(of: packedLabels))
        if case .sendsOneEvery = row.treatment {
            row.intervalEnd = memory.end(RequestAssembler.fingerprint(packedLabels))
        }
        rows.append(row)
        slots[freeSlot(for: packedLabels)] = Int32(rows.count)
        if rows.count * 2 > slots.count { grow() }
        return rows.count - 1
    }

    /// `series` for labels and a family as a ring's dictionary holds them; the family is looked at only where the series
    /// is new to the request.
    package mutating func series(_ labels: Labels, family: SampleColumns.Family) -> Int? {
        labels.packed.withUnsafeBytes { packed in
            if let known = knownSeries(packed) { return known }
            return series(packed, family: self.family(family))
        }
    }

    /// Adds a sample of a series known by its handle.
    package mutating func add(series row: Int, unixMilliseconds: Int64, value: Double) {
        if rows[row].treatment != .sendsAll, isLeftOut(row, unixMilliseconds, value) { return }
        if isRehearsing { return }
        guard entries.count < sampleLimit else {
            refusedCount += 1
            return
        }
        let index = Int32(entries.count)
        entries.append(Entry(row: Int32(row), next: -1, unixMilliseconds: unixMilliseconds, value: value))
        if rows[row].first < 0 {
            rows[row].first = index
        } else {
            let last = Int(rows[row].last)
            entries[last].next = index
            if entries[last].unixMilliseconds >= unixMilliseconds { rows[row].isOrdered = false }
        }
        rows[row].last = index
        rows[row].count += 1
    }

    /// Adds a sample; one that does not fit is counted.
    package mutating func add(
        _ packedLabels: UnsafeRawBufferPointer, family: Int32, unixMilliseconds: Int64, value: Double
    ) {
        guard let row = series(packedLabels, family: family) else {
            refusedCount += 1
            return
        }
        add(series: row, unixMilliseconds: unixMilliseconds, value: value)
    }

    /// Replaces `columns` by all that was added, grouped by series.
    ///
    /// Where a series has two samples of one time (a clock set back), the one added first stands, as in the hub; the
    /// others are left out, and how many is the result.
    package func finish(into columns: inout SampleColumns) -> Int {
        columns.removeAll()
        columns.families = families
        columns.labelBytes = labelBytes
        columns.rows.reserveCapacity(rows.count)
        columns.unixMilliseconds.reserveCapacity(entries.count)
        columns.values.reserveCapacity(entries.count)
        var repeated = 0
        for row in rows where row.count > 0 {
            let start = columns.values.count
            var index = row.first
            while index >= 0 {
                let entry = entries[Int(index)]
                columns.unixMilliseconds.append(entry.unixMilliseconds)
                columns.values.append(entry.value)
                index = entry.next
            }
            if !row.isOrdered { repeated += RequestAssembler.order(&columns, from: start) }
            columns.rows.append(
                SampleColumns.Row(labels: row.labels, samples: start..<columns.values.count, family: row.family))
        }
        return repeated
    }

    /// Gives back the memory of what `finish` has handed over; what `confirm` needs stays. A request of thousands of
    /// series is put together now and then, and sent for as long as the receiver takes.
    package mutating func release() {
        entries = []
        slots = Array(repeating: 0, count: 1024)
        guard !filter.isThinning else { return }
        rows = []
        labelBytes = []
    }

    /// The request is done with: from now on its intervals count as served. Without it, the next request is put
    /// together as if this one had not been, so that a second try holds the same samples.
    package mutating func confirm() {
        guard filter.isThinning else { return }
        labelBytes.withUnsafeBytes { all in
            for row in rows {
                guard case .sendsOneEvery = row.treatment else { continue }
                let labels = UnsafeRawBufferPointer(rebasing: all[row.labels])
                memory.set(row.intervalEnd, for: RequestAssembler.fingerprint(labels))
            }
        }
        memory.prune(before: newestUnixMilliseconds, beyond: max(1024, 2 * rows.count))
    }

    /// Whether `filter` leaves out this sample of a row that is not sent whole. A stale marker always passes, and the
    /// sample behind it: it says that the series goes on.
    private mutating func isLeftOut(_ row: Int, _ unixMilliseconds: Int64, _ value: Double) -> Bool {
        switch rows[row].treatment {
        case .sendsAll: return false
        case .leavesOut(let reason):
            leftOut[reason, default: 0] += 1
            return true
        case .sendsOneEvery(let step):
            newestUnixMilliseconds = max(newestUnixMilliseconds, unixMilliseconds)
            if StaleMarker.isStale(value) {
                rows[row].intervalEnd = nil
                return false
            }
            let (sum, overflow) = unixMilliseconds.addingReportingOverflow(step)
            guard !overflow, unixMilliseconds > .min + step else { return false }
            // Intervals are aligned to 1970, before it too.
            let remainder = unixMilliseconds % step
            let end = sum - (remainder < 0 ? remainder + step : remainder)
            if rows[row].intervalEnd == end {
                leftOut[.resolution, default: 0] += 1
                return true
            }
            rows[row].intervalEnd = end
            return false
        }
    }

    private func isRow(_ row: Int, labelled packed: UnsafeRawBufferPointer) -> Bool {
        let range = rows[row].labels
        guard range.count == packed.count else { return false }
        return labelBytes.withUnsafeBytes { all in
            var offset = 0
            while packed.count - offset >= 8 {
                let left = all.loadUnaligned(fromByteOffset: range.lowerBound + offset, as: UInt64.self)
                guard left == packed.loadUnaligned(fromByteOffset: offset, as: UInt64.self) else { return false }
                offset += 8
            }
            while offset < packed.count {
                guard all[range.lowerBound + offset] == packed[offset] else { return false }
                offset += 1
            }
            return true
        }
    }

    private func knownSeries(_ packed: UnsafeRawBufferPointer) -> Int? {
        var slot = RequestAssembler.hash(packed) & (slots.count - 1)
        while slots[slot] != 0 {
            if isRow(Int(slots[slot]) - 1, labelled: packed) { return Int(slots[slot]) - 1 }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func freeSlot(for packed: UnsafeRawBufferPointer) -> Int {
        var slot = RequestAssembler.hash(packed) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        labelBytes.withUnsafeBytes { all in
            for (index, row) in rows.enumerated() {
                slots[freeSlot(for: UnsafeRawBufferPointer(rebasing: all[row.labels]))] = Int32(index + 1)
            }
        }
    }

    private static func fingerprint(_ packed: UnsafeRawBufferPointer) -> ThinningMemory.Fingerprint {
        ThinningMemory.Fingerprint(high: hash(packed), low: hash(packed, seed: 0x2545_f491_4f6c_dd1d))
    }

    /// A multiplicative hash over words; the labels are the agent's own, and their number is bounded.
    private static func hash(_ packed: UnsafeRawBufferPointer, seed: UInt64 = 0) -> Int {
        var hash = seed ^ UInt64(truncatingIfNeeded: packed.count) &* 0x9e37_79b9_7f4a_7c15
        var offset = 0
        while packed.count - offset >= 8 {
            let word = packed.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            hash = (hash ^ word) &* 0xd6e8_feb8_6659_fd93
            hash ^= hash >> 32
            offset += 8
        }
        while offset < packed.count {
            hash = (hash ^ UInt64(packed[offset])) &* 0xd6e8_feb8_6659_fd93
            hash ^= hash >> 32
            offset += 1
        }
        return Int(truncatingIfNeeded: hash >> 1)
    }
}
