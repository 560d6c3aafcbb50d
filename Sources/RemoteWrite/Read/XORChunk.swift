/// Prometheus's chunk of float samples: times as differences of differences, values as what changed of the bits.
///
/// Layout: the number of samples (big-endian, two bytes), then bits, the highest of a byte first. The first sample has
/// its time as a zigzag varint and its value as 64 bits; the second its distance as a varint; each further one how much
/// the distance has changed: `0` not at all, `10` and 14 bits, `110` and 17, `1110` and 20, `1111` and 64. A value
/// after the first is `0` for the same again, `10` for changed bits where the last ones were, `11` with 5 bits of how
/// many zeros lead, 6 of how many bits have changed (0 for 64), and these.
/// Source: prometheus `tsdb/chunkenc/xor.go` and `tsdb/docs/format/chunks.md`; Pelkonen et al., "Gorilla", 2015.
package struct XORChunk {
    private var reader: BitReader
    /// Samples that the chunk declares.
    package let count: Int
    private let byteOffset: Int
    private var done = 0
    private var time: Int64 = 0
    private var distance: Int64 = 0
    private var bits: UInt64 = 0
    /// How many zeros lead and trail in what changes; leading 0xff before the first change.
    private var leading: UInt8 = 0xff
    private var trailing: UInt8 = 0

    /// `byteOffset` is where the chunk stands in what it came in, for errors. The bytes must outlive the value.
    package init(_ bytes: UnsafeRawBufferPointer, byteOffset: Int = 0) throws(RemoteReadError) {
        guard bytes.count >= 2 else { throw .chunkCutShort(byteOffset: byteOffset, sample: 0) }
        count = Int(bytes[0]) << 8 | Int(bytes[1])
        reader = BitReader(UnsafeRawBufferPointer(rebasing: bytes[2...]))
        self.byteOffset = byteOffset
    }

    /// The next sample, its value as bits, or nil behind the last. Times wrap where a chunk is made to make them.
    package mutating func next() throws(RemoteReadError) -> (unixMilliseconds: Int64, bits: UInt64)? {
        guard done < count else { return nil }
        if done == 0 {
            guard let zigzag = reader.varint(), let value = reader.bits(64) else { throw cutShort }
            time = Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
            bits = value
        } else {
            if done == 1 {
                guard let first = reader.varint() else { throw cutShort }
                distance = Int64(bitPattern: first)
            } else {
                distance &+= try change()
            }
            time &+= distance
            try takeValue()
        }
        done += 1
        return (time, bits)
    }

    private var cutShort: RemoteReadError { .chunkCutShort(byteOffset: byteOffset, sample: done) }

    private mutating func change() throws(RemoteReadError) -> Int64 {
        var ones = 0
        while ones < 4 {
            guard let bit = reader.bit() else { throw cutShort }
            if !bit { break }
            ones += 1
        }
        let width = [0, 14, 17, 20, 64][ones]
        guard let raw = reader.bits(width) else { throw cutShort }
        // The widths hold one more above zero than below: 2¹³ is written, −2¹³ is not.
        guard (1..<64).contains(width), raw > 1 << UInt64(width - 1) else { return Int64(bitPattern: raw) }
        return Int64(bitPattern: raw) - 1 << Int64(width)
    }

    private mutating func takeValue() throws(RemoteReadError) {
        guard let isChanged = reader.bit() else { throw cutShort }
        guard isChanged else { return }
        guard let hasWindow = reader.bit() else { throw cutShort }
        if hasWindow {
            guard let zeros = reader.bits(5), let written = reader.bits(6) else { throw cutShort }
            let width = written == 0 ? 64 : written
            guard zeros + width <= 64 else { throw .chunkDamaged(byteOffset: byteOffset, sample: done) }
            leading = UInt8(truncatingIfNeeded: zeros)
            trailing = UInt8(truncatingIfNeeded: 64 - zeros - width)
        } else if leading == 0xff {
            throw .chunkDamaged(byteOffset: byteOffset, sample: done)
        }
        guard let changed = reader.bits(64 - Int(leading) - Int(trailing)) else { throw cutShort }
        bits ^= changed << UInt64(trailing)
    }
}
