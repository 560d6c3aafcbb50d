/// One segment file.
struct RingSlot {
    enum Content: Hashable {
        /// Zeros; no segment was ever written here.
        case empty
        case segment(UInt64)
        /// Something that is not understood. `lap` is the segment number whose lap it has, so that it is replaced in
        /// its turn and not before.
        case unknown(lap: UInt64)
    }

    let index: Int
    var byteCount: Int
    var content: Content
    /// A write to it failed; it is left alone until `reconsiderFailedSegments`.
    var hasFailed = false
    /// The ring has become smaller; the file goes with the next commit.
    var isSurplus = false
    /// An open segment is going to replace it.
    var isPlanned = false

    /// When its turn to be replaced comes: the lowest first.
    var lap: UInt64 {
        switch content {
        case .empty: 0
        case .segment(let number): number
        case .unknown(let lap): lap
        }
    }

    /// `segment-` and the slot in eight decimal digits, so that names sort as slots do.
    static func fileName(_ index: Int) -> String {
        let digits = String(index)
        return "segment-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    static func index(ofFile name: String) -> Int? {
        guard name.hasPrefix("segment-"), let index = Int(name.dropFirst(8)), index >= 0, index < 100_000_000,
            fileName(index) == name
        else { return nil }
        return index
    }

    /// The name of a file that is being filled with zeros.
    static let unfinishedFileName = "segment.new"
}
