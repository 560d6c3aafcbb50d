internal import MetricModel

/// The hash of a label set by which `limit_ratio` chooses, so that it chooses the series that Prometheus does: XXH64
/// of the labels in their order, each name and value behind its byte count, which is one byte below 255, else 255 and
/// three bytes, the lowest first. Sources: xxHash's specification; Prometheus, `labels_stringlabels.go`.
enum LabelHash {
    static func of(_ labels: Labels) -> UInt64 {
        var bytes: [UInt8] = []
        for label in labels {
            for text in [label.name, label.value] {
                let count = text.utf8.count
                if count < 255 {
                    bytes.append(UInt8(count))
                } else {
                    bytes += [255, 0, 8, 16].map { $0 == 255 ? 255 : UInt8(truncatingIfNeeded: count >> $0) }
                }
                bytes += text.utf8
            }
        }
        return xxh64(bytes)
    }

    private static let primes: [UInt64] = [
        0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x85eb_ca77_c2b2_ae63,
        0x27d4_eb2f_1656_67c5,
    ]

    /// XXH64 with seed 0.
    static func xxh64(_ bytes: [UInt8]) -> UInt64 {
        func word(_ offset: Int, _ count: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
        }
        func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
        func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
            rotated(lane &+ input &* primes[1], 31) &* primes[0]
        }
        var offset = 0
        var hash = primes[4]
        if bytes.count >= 32 {
            var lanes = [primes[0] &+ primes[1], primes[1], 0, 0 &- primes[0]]
            while bytes.count - offset >= 32 {
                for lane in 0..<4 { lanes[lane] = round(lanes[lane], word(offset + 8 * lane, 8)) }
                offset += 32
            }
            hash = rotated(lanes[0], 1) &+ rotated(lanes[1], 7) &+ rotated(lanes[2], 12) &+ rotated(lanes[3], 18)
            for lane in lanes { hash = (hash ^ round(0, lane)) &* primes[0] &+ primes[3] }
        }
        hash &+= UInt64(bytes.count)
        while bytes.count - offset >= 8 {
            hash = rotated(hash ^ round(0, word(offset, 8)), 27) &* primes[0] &+ primes[3]
            offset += 8
        }
        if bytes.count - offset >= 4 {
            hash = rotated(hash ^ (word(offset, 4) &* primes[0]), 23) &* primes[1] &+ primes[2]
            offset += 4
        }
        while offset < bytes.count {
            hash = rotated(hash ^ (UInt64(bytes[offset]) &* primes[4]), 11) &* primes[0]
            offset += 1
        }
        hash = (hash ^ (hash >> 33)) &* primes[1]
        hash = (hash ^ (hash >> 29)) &* primes[2]
        return hash ^ (hash >> 32)
    }
}
