/// What a series has at which times, for samples that may be there already.
struct LateSamples {
    private struct Entry {
        let time: Int64
        let bits: UInt64
    }

    /// Ascending, each time once.
    private var known: [Entry] = []
    /// What the request has brought since, by its time.
    private var noted: [Int64: UInt64] = [:]

    init(_ generations: [HeadSamples]) {
        var isAscending = true
        for samples in generations {
            samples.forEach { time, bits in
                if let last = known.last, last.time >= time { isAscending = false }
                known.append(Entry(time: time, bits: bits))
            }
        }
        // No time occurs twice in a head, so the order of equals does not matter.
        if !isAscending { known.sort { $0.time < $1.time } }
    }

    /// The bits of the value at a time, nil where there is none.
    subscript(time: Int64) -> UInt64? {
        var (low, high) = (0, known.count)
        while low < high {
            let middle = (low + high) / 2
            if known[middle].time < time { low = middle + 1 } else { high = middle }
        }
        if low < known.count, known[low].time == time { return known[low].bits }
        return noted[time]
    }

    mutating func note(_ time: Int64, _ bits: UInt64) { noted[time] = bits }
}
