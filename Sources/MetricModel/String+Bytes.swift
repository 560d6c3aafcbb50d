extension String {
    /// Whether both are the same UTF-8. Swift's `==` takes texts for equal that Unicode calls equivalent, "é" in one piece
    /// and in two; labels are bytes, as in Prometheus.
    package func hasEqualBytes(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        // Series are looked up by their labels with each sample: through iterators this costs three times as much.
        let areEqual = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                Self.areEqual(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
            }
        }
        return (areEqual ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether as many bytes are equal, eight at a time.
    private static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while left.count - offset >= 8 {
            let words = (
                left.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            )
            if words.0 != words.1 { return false }
            offset += 8
        }
        while offset < left.count {
            if left[offset] != right[offset] { return false }
            offset += 1
        }
        return true
    }
}
