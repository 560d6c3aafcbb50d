/// What an interface's link can do and is set to, from the kernel's structures (linux/ethtool.h).
struct EthtoolLink: Equatable {
    /// Bits of `enum ethtool_link_mode_bit_indices`, of which the kernel has about 120.
    struct Modes: Equatable {
        private var low: UInt64 = 0
        private var high: UInt64 = 0

        /// Words of 32 bits, the lowest first; those beyond the fourth are left.
        init(_ words: UnsafeRawBufferPointer) {
            for index in 0..<min(words.count / 4, 4) {
                let word = UInt64(words.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
                if index < 2 { low |= word << (32 * index) } else { high |= word << (32 * (index - 2)) }
            }
        }

        func contains(_ bit: Int) -> Bool { (bit < 64 ? low >> bit : high >> (bit - 64)) & 1 == 1 }
    }

    let supported: Modes
    let advertised: Modes
    /// AUTONEG_ENABLE is 1.
    let autonegotiation: UInt8

    /// `struct ethtool_link_settings`: 48 bytes, of which the 16th says how many words each of the masks behind them has:
    /// supported, advertised, and the partner's.
    init(settings bytes: UnsafeRawBufferPointer) throws(DamagedText) {
        guard bytes.count > 48 else { throw DamagedText(byteOffset: bytes.count, expected: "the settings of a link") }
        let byteCount = 4 * Int(Int8(bitPattern: bytes[15]))
        guard byteCount > 0, bytes.count - 48 >= 2 * byteCount else {
            throw DamagedText(byteOffset: 15, expected: "how many words of link modes follow")
        }
        autonegotiation = bytes[11]
        supported = Modes(UnsafeRawBufferPointer(rebasing: bytes[48..<48 + byteCount]))
        advertised = Modes(UnsafeRawBufferPointer(rebasing: bytes[48 + byteCount..<48 + 2 * byteCount]))
    }

    /// `struct ethtool_cmd`, 44 bytes, with one word of each mask.
    init(legacy bytes: UnsafeRawBufferPointer) throws(DamagedText) {
        guard bytes.count >= 44 else { throw DamagedText(byteOffset: bytes.count, expected: "the settings of a link") }
        autonegotiation = bytes[18]
        supported = Modes(UnsafeRawBufferPointer(rebasing: bytes[4..<8]))
        advertised = Modes(UnsafeRawBufferPointer(rebasing: bytes[8..<12]))
    }
}
