/// Text given to an encoder: a literal, or UTF-8 bytes that the caller keeps alive and unchanged during the call.
///
/// It is a pointer and a count, so that no encoder ever needs the heap.
public struct ProtocolText: ExpressibleByStringLiteral {
    let bytes: UnsafeRawBufferPointer

    /// A literal, which lives as long as the program.
    public init(stringLiteral literal: StaticString) {
        bytes = UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    }

    /// Bytes from elsewhere: a device id read from NVS, a channel number formatted by the firmware.
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// How many bytes of UTF-8 the text has.
    public var byteCount: Int { bytes.count }
}
