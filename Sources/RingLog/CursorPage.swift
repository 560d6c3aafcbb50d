/// How far each destination has come, as one page of the cursor file (DESIGN.md, "Cursor file").
struct CursorPage: Hashable {
    private static let magic: UInt64 = 0x31_52_53_43_53_59_57_57  // "WWYSCSR1"
    private static let headByteCount = 40
    private static let checksumOffset = RingFormat.pageByteCount - 4

    struct Place: Hashable {
        /// Everything through this record is acknowledged.
        var through: RecordNumber
        /// A stretch ahead of it that is acknowledged too (live data sent before the backlog); 0, 0 for none.
        var aheadFirst: RecordNumber = 0
        var aheadLast: RecordNumber = 0
        /// The last record of any request that was tried; 0 where none is known.
        var attempted: RecordNumber = 0
    }

    var ringID: RingID
    var generation: UInt64
    var places: [String: Place]

    func page() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: RingFormat.pageByteCount)
        bytes.store(Self.magic, at: 0)
        bytes.store(RingFormat.version, at: 8)
        bytes.store(UInt16(places.count), at: 10)
        bytes.store(ringID.high, at: 16)
        bytes.store(ringID.low, at: 24)
        bytes.store(generation, at: 32)
        var offset = Self.headByteCount
        for (name, place) in places.sorted(by: { $0.key < $1.key }) {
            bytes[offset] = UInt8(name.utf8.count)
            bytes.replaceSubrange(offset + 1..<offset + 1 + name.utf8.count, with: name.utf8)
            offset += 1 + name.utf8.count
            for number in [place.through, place.aheadFirst, place.aheadLast] {
                bytes.store(number, at: offset)
                offset += 8
            }
        }
        for (_, place) in places.sorted(by: { $0.key < $1.key }) {
            bytes.store(place.attempted, at: offset)
            offset += 8
        }
        let checksum = bytes.withUnsafeBytes {
            Checksum.crc32c(UnsafeRawBufferPointer(rebasing: $0[..<Self.checksumOffset]))
        }
        bytes.store(checksum, at: Self.checksumOffset)
        return bytes
    }

    /// The page in `bytes`, or nil where they are not a whole page of a known version.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == RingFormat.pageByteCount, bytes.integer(at: 0) == Self.magic,
            bytes.integer(at: 8) == RingFormat.version,
            bytes.integer(at: Self.checksumOffset)
                == Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes[..<Self.checksumOffset]))
        else { return nil }
        ringID = RingID(high: bytes.integer(at: 16), low: bytes.integer(at: 24))
        generation = bytes.integer(at: 32)
        places = [:]
        var offset = Self.headByteCount
        var names: [String] = []
        for _ in 0..<bytes.integer(at: 10, as: UInt16.self) {
            let nameEnd = offset + 1 + Int(bytes[offset])
            guard nameEnd + 24 < Self.checksumOffset else { return nil }
            let name = String(decoding: bytes[offset + 1..<nameEnd], as: UTF8.self)
            places[name] = Place(
                through: bytes.integer(at: nameEnd), aheadFirst: bytes.integer(at: nameEnd + 8),
                aheadLast: bytes.integer(at: nameEnd + 16))
            names.append(name)
            offset = nameEnd + 24
        }
        guard offset + 8 * names.count <= Self.checksumOffset else { return nil }
        // Zeros where the page was written before there was this column.
        for name in names {
            places[name]?.attempted = bytes.integer(at: offset)
            offset += 8
        }
        // As in a segment's header: made up, and sums must not overflow.
        let numbers = places.values.flatMap { [$0.through, $0.aheadFirst, $0.aheadLast, $0.attempted] }
        guard generation < 1 << 62, numbers.allSatisfy({ $0 < 1 << 62 }) else { return nil }
        // Nor can a page of ours hold a stretch that ends before it begins, or what could not be written again.
        guard places.count == names.count, names.count <= RingFormat.destinationLimit,
            names.allSatisfy({ (1...RingFormat.destinationNameByteLimit).contains($0.utf8.count) }),
            places.values.allSatisfy({ $0.aheadFirst <= $0.aheadLast })
        else { return nil }
    }

    init(ringID: RingID, generation: UInt64, places: [String: Place]) {
        self.ringID = ringID
        self.generation = generation
        self.places = places
    }
}
