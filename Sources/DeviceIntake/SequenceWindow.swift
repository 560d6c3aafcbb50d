/// Which of the last sequence numbers of one boot have come: one bit each, as in the anti-replay window of RFC 4303.
struct SequenceWindow: Equatable {
    enum Verdict: Equatable {
        /// Newer than all before; that many numbers were skipped.
        case next(skippedCount: UInt64)
        /// Older than the newest, and not seen yet.
        case late
        /// Seen.
        case duplicate
        /// Behind the window: seen or not, nobody knows any more.
        case behind
    }

    private(set) var newest: UInt32
    private(set) var words: [UInt64]

    /// Begins with `sequence` seen. The width in bits is `messageCount` rounded up to a multiple of 64.
    init(first sequence: UInt32, messageCount: Int) {
        newest = sequence
        words = [UInt64](repeating: 0, count: max(1, (messageCount + 63) / 64))
        set(sequence)
    }

    init(newest: UInt32, words: [UInt64]) {
        precondition(!words.isEmpty, "a window of no width would take nothing")
        self.newest = newest
        self.words = words
    }

    var width: UInt32 { UInt32(words.count * 64) }

    mutating func take(_ sequence: UInt32) -> Verdict {
        guard sequence <= newest else {
            let skipped = sequence - newest - 1
            if skipped >= width {
                for index in words.indices { words[index] = 0 }
            } else {
                for number in 0...skipped { clear(newest + 1 + number) }
            }
            newest = sequence
            set(sequence)
            return .next(skippedCount: UInt64(skipped))
        }
        guard newest - sequence < width else { return .behind }
        guard !isSet(sequence) else { return .duplicate }
        set(sequence)
        return .late
    }

    private func isSet(_ sequence: UInt32) -> Bool {
        words[Int(sequence % width / 64)] & 1 << UInt64(sequence % 64) != 0
    }

    private mutating func set(_ sequence: UInt32) {
        words[Int(sequence % width / 64)] |= 1 << UInt64(sequence % 64)
    }

    private mutating func clear(_ sequence: UInt32) {
        words[Int(sequence % width / 64)] &= ~(1 << UInt64(sequence % 64))
    }
}
