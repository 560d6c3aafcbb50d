/// Appends protobuf fields to memory of its own. The caller knows the lengths beforehand, so nothing is moved.
struct ProtobufWriter: ~Copyable {
    /// Owned, freed once in `deinit`; every write is preceded by `reserve`.
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 4096) {
        self.capacity = capacity
        memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    }

    deinit { memory.deallocate() }

    /// What has been written; valid until the next write.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        let wider = max(capacity * 2, count + more)
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: wider, alignment: 8)
        fresh.copyMemory(from: memory, byteCount: count)
        memory.deallocate()
        memory = fresh
        capacity = wider
    }

    @inline(__always)
    mutating func byte(_ byte: UInt8) {
        reserve(1)
        memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        reserve(10)
        var rest = value
        while rest >= 0x80 {
            memory.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
            count &+= 1
            rest >>= 7
        }
        memory.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    @inline(__always)
    mutating func fixed64(_ value: UInt64) {
        reserve(8)
        memory.storeBytes(of: value.littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= 8
    }

    /// Appends bytes as they are.
    @inline(__always)
    mutating func append(_ content: UnsafeRawBufferPointer) {
        guard let base = content.baseAddress else { return }
        reserve(content.count)
        ByteWords.copy(base, content.count, to: memory + count)
        count &+= content.count
    }

    /// A length-delimited field; `tag` is its one tag byte.
    @inline(__always)
    mutating func field(_ tag: UInt8, _ content: UnsafeRawBufferPointer) {
        byte(tag)
        varint(UInt64(content.count))
        append(content)
    }

    mutating func field(_ tag: UInt8, _ content: String) {
        var content = content
        content.withUTF8 { field(tag, UnsafeRawBufferPointer($0)) }
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
