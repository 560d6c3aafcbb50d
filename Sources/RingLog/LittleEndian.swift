extension UnsafeRawBufferPointer {
    /// The integer at `offset`, least byte first, at any alignment.
    func integer<Integer: FixedWidthInteger>(at offset: Int, as type: Integer.Type = Integer.self) -> Integer {
        Integer(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores an integer at `offset`, least byte first, at any alignment.
    func store(_ integer: some FixedWidthInteger, at offset: Int) {
        storeBytes(of: integer.littleEndian, toByteOffset: offset, as: type(of: integer))
    }
}

extension [UInt8] {
    /// Stores an integer at `offset`, least byte first.
    mutating func store(_ integer: some FixedWidthInteger, at offset: Int) {
        withUnsafeMutableBytes { $0.store(integer, at: offset) }
    }
}
