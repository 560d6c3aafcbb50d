extension UnsafeRawBufferPointer {
    /// Whether the same bytes are in both, eight at a time: this is the collectors' innermost loop, where a sequence's
    /// `elementsEqual` takes ten times as long.
    func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        // Empty buffers may have no memory.
        guard count == other.count, let mine = baseAddress, let others = other.baseAddress else {
            return count == other.count
        }
        var offset = 0
        while offset + 8 <= count {
            let word = mine.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if word != others.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
            offset += 8
        }
        while offset < count {
            if mine.load(fromByteOffset: offset, as: UInt8.self) != others.load(fromByteOffset: offset, as: UInt8.self)
            {
                return false
            }
            offset += 1
        }
        return true
    }

    func isEqual(to array: [UInt8]) -> Bool {
        count == array.count && array.withUnsafeBytes { isEqual(to: $0) }
    }
}
