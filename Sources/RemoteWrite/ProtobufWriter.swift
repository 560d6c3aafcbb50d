/// Appends protobuf fields to bytes. The caller knows the lengths beforehand, so nothing is moved.
struct ProtobufWriter {
    fileprivate(set) var bytes: [UInt8]

    /// Starts with the memory of `reused` and none of its bytes.
    init(reusing reused: consuming [UInt8]) {
        bytes = reused
        bytes.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func fixed64(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A length-delimited field; `tag` is its one tag byte.
    @inline(__always)
    mutating func field(_ tag: UInt8, _ content: UnsafeRawBufferPointer) {
        bytes.append(tag)
        varint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    mutating func field(_ tag: UInt8, _ content: String) {
        bytes.append(tag)
        varint(UInt64(content.utf8.count))
        bytes.append(contentsOf: content.utf8)
    }

    @inline(__always)
    static func varintByteCount(_ value: UInt64) -> Int {
        (70 - (value | 1).leadingZeroBitCount) / 7
    }

    /// The bytes of a length-delimited field with a one-byte tag.
    @inline(__always)
    static func fieldByteCount(_ content: Int) -> Int {
        1 + varintByteCount(UInt64(content)) + content
    }
}

extension ProtobufWriter {
    /// Appends fields that are encoded already.
    mutating func append(_ fields: UnsafeRawBufferPointer) { bytes.append(contentsOf: fields) }
}
