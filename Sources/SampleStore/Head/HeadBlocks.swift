/// Memory for the head's streams: chained blocks of 64 bytes in pages that never move, so that a stream grows by as much
/// as it needs and nothing is copied.
struct HeadBlocks {
    /// A number that no block has.
    static let none = UInt32.max
    /// What a block holds before the number of the next.
    static let payloadByteCount = 60
    private static let blockByteCount = 64
    private static let pageShift: UInt32 = 12
    private static let blocksPerPage = 1 << 12

    private var pages: [[UInt64]] = []
    /// Blocks from here on have never been used.
    private var unused: UInt32 = 0
    private var firstFree = HeadBlocks.none
    private(set) var usedCount = 0

    mutating func allocate() -> UInt32 {
        usedCount += 1
        if firstFree != Self.none {
            let block = firstFree
            firstFree = next(block)
            return block
        }
        if Int(unused) == pages.count * Self.blocksPerPage {
            pages.append([UInt64](repeating: 0, count: Self.blocksPerPage * Self.blockByteCount / 8))
        }
        unused += 1
        return unused - 1
    }

    /// Takes a stream's blocks back. `last` is reached from `first`.
    mutating func release(first: UInt32, last: UInt32) {
        guard first != Self.none else { return }
        var block = first
        usedCount -= 1
        while block != last {
            block = next(block)
            usedCount -= 1
        }
        setNext(last, firstFree)
        firstFree = first
    }

    private static func place(_ block: UInt32) -> (page: Int, byteOffset: Int) {
        (Int(block >> pageShift), Int(block & (1 << pageShift - 1)) * blockByteCount)
    }

    /// Stores eight bytes of which the first few count; the rest is overwritten by what comes next. The offset is at
    /// most `payloadByteCount - 8`.
    @inline(__always)
    mutating func store(_ word: UInt64, in block: UInt32, at offset: Int) {
        let place = Self.place(block)
        pages[place.page].withUnsafeMutableBytes {
            $0.storeBytes(of: word.littleEndian, toByteOffset: place.byteOffset &+ offset, as: UInt64.self)
        }
    }

    @inline(__always)
    mutating func storeByte(_ byte: UInt8, in block: UInt32, at offset: Int) {
        let place = Self.place(block)
        pages[place.page].withUnsafeMutableBytes { $0[place.byteOffset &+ offset] = byte }
    }

    @inline(__always)
    func byte(in block: UInt32, at offset: Int) -> UInt8 {
        let place = Self.place(block)
        return pages[place.page].withUnsafeBytes { $0[place.byteOffset &+ offset] }
    }

    func next(_ block: UInt32) -> UInt32 {
        let place = Self.place(block)
        return pages[place.page].withUnsafeBytes {
            $0.load(fromByteOffset: place.byteOffset + Self.payloadByteCount, as: UInt32.self)
        }
    }

    mutating func setNext(_ block: UInt32, _ next: UInt32) {
        let place = Self.place(block)
        pages[place.page].withUnsafeMutableBytes {
            $0.storeBytes(of: next, toByteOffset: place.byteOffset + Self.payloadByteCount, as: UInt32.self)
        }
    }

    /// The bytes of a stream whose last block holds `used` of them.
    func bytes(first: UInt32, last: UInt32, used: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        guard first != Self.none else { return bytes }
        var block = first
        while true {
            let place = Self.place(block)
            let count = block == last ? used : Self.payloadByteCount
            pages[place.page].withUnsafeBytes {
                bytes.append(
                    contentsOf: UnsafeRawBufferPointer(rebasing: $0[place.byteOffset..<place.byteOffset + count]))
            }
            if block == last { return bytes }
            block = next(block)
        }
    }

    /// Memory taken from the system.
    var byteCount: Int { pages.count * Self.blocksPerPage * Self.blockByteCount }
}
