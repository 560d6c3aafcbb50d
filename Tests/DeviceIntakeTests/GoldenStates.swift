/// State records as the versions before wrote them, in hexadecimal.
enum GoldenStates {
    /// A snapshot of version 2: a native device in its second boot, with a birth, and a MODAX one; 40 messages of each,
    /// a malformed one of the native device and one of nobody's.
    static let snapshot2 =
        "020100000000000000020000000000000000a0d424f20000004000c19e9a010000010000000000000080010000000000"
        + "00010000000000020670756d702d330129000000000100000100000000000000002900010000a0d424f20000004000c1"
        + "9e9a010000000100a0d424f20000004000c19e9a0100000100e8070fe807e807e807e807e807e807e807e807e807e807"
        + "e807e807e807e807e80705312e342e32016d08706f7765725f6f6e01080000000101080000000900000001ff03000000"
        + "000000010086630cf000000001070000001d00000001ffffff3f000000000100da3f10e9000000000f45535033325f46"
        + "49454c445f3030310228000000000000000000000000000000002800000000a0d424f20000004000c19e9a0100000001"
        + "00a0d424f20000004000c19e9a0100000100000fe807e807e807e807e807e807e807e807e807e807e807e807e807e807"
        + "e8070000000000000101009eecc3d8000000c8a901000000000000a0d424f200000028e0c508d00fd00fd00fd00fd00f"
        + "d00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00fd00f"
        + "d00fd00fd00fd00fd00fd00fd00fd00fd00fd00f00"

    /// The journal behind it: one message more of each.
    static let journal2 =
        "0201000000000000000200000000000000006a6f60f20000002804c19e9a01000002025c000670756d702d3301080000"
        + "0014a09c0100000044010f45535033325f4649454c445f30303102e0b60d000000"

    static func bytes(_ text: String) -> [UInt8] {
        var digits = text.utf8.makeIterator()
        var bytes: [UInt8] = []
        while let high = digits.next(), let low = digits.next() { bytes.append(digit(high) << 4 | digit(low)) }
        return bytes
    }

    private static func digit(_ letter: UInt8) -> UInt8 { letter < 0x40 ? letter - 0x30 : letter - 0x57 }
}
