/// The head of one CBOR item. Source: RFC 8949, section 3.
struct CBORHead {
    /// 0 unsigned, 1 negative, 2 bytes, 3 text, 4 array, 5 map, 6 tag, 7 simple or float.
    let major: UInt8
    /// The low five bits: how the argument is written.
    let information: UInt8
    /// The number, the length, the count, the tag, or the bits of a float.
    let argument: UInt64
    /// Where the item begins.
    let byteOffset: Int

    /// Whether a string, array or map goes on until a break.
    var isIndefinite: Bool { information == 31 }

    /// Whether the argument is the bits of a float.
    var isFloat: Bool { major == 7 && information >= 25 && information <= 27 }
}
