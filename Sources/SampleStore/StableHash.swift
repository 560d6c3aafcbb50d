/// A 64-bit hash of bytes that is the same on every machine and in every run: the day files keep it.
///
/// Eight bytes at a time are multiplied into 128 bits whose halves are folded. It finds candidates only; whoever uses
/// it compares the bytes.
enum StableHash {
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state: UInt64 = 0x2d35_8dcc_aa6c_78a5 ^ UInt64(bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            state = mix(state ^ word, 0x8bb8_4b93_962e_acc9)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(mix(state ^ rest, 0x4b33_a62e_d433_d4a3), 0x4d5a_2da5_1de1_aa47)
    }

    @inline(__always)
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
