/// A walk over the strings of packed labels (see MetricModel's `Labels`): name, value, name, value, …
///
/// The same as MetricModel's `PackedLabelWalk`, kept in this module because the encoders walk every label of every
/// series twice. The columns come from this program, so a length that does not fit is our own bug; it traps.
struct PackedStrings {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    @inline(__always)
    mutating func next() -> UnsafeRawBufferPointer? {
        guard offset < bytes.count else { return nil }
        var length = 0
        var shift = 0
        while true {
            precondition(offset < bytes.count && shift <= 28, "packed labels are damaged")
            let byte = bytes[offset]
            offset += 1
            length |= Int(byte & 0x7f) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        precondition(length <= bytes.count - offset, "packed labels are damaged")
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)])
    }
}
