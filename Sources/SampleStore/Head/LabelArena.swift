internal import Glibc

/// Packed labels of many series in pages that never move, so that growing copies nothing.
struct LabelArena {
    private static let pageByteCount = 1 << 18

    private var pages: [[UInt8]] = []
    private(set) var byteCount = 0

    /// Where bytes are: a page and a range in it.
    struct Slice {
        var page: UInt32
        var offset: UInt32
        var count: UInt32
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Slice {
        let needed = bytes.count
        if pages.isEmpty || pages[pages.count - 1].capacity - pages[pages.count - 1].count < needed {
            var page: [UInt8] = []
            page.reserveCapacity(max(needed, min(Self.pageByteCount, max(4096, byteCount))))
            pages.append(page)
        }
        let page = pages.count - 1
        let offset = pages[page].count
        pages[page].append(contentsOf: bytes)
        byteCount += needed
        return Slice(page: UInt32(page), offset: UInt32(offset), count: UInt32(needed))
    }

    @inline(__always)
    func withBytes<Result>(_ slice: Slice, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        pages[Int(slice.page)].withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[Int(slice.offset)..<Int(slice.offset + slice.count)]))
        }
    }

    @inline(__always)
    func isEqual(_ slice: Slice, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard Int(slice.count) == bytes.count else { return false }
        guard let other = bytes.baseAddress else { return true }
        return withBytes(slice) { mine in
            guard let start = mine.baseAddress else { return true }
            return memcmp(start, other, bytes.count) == 0
        }
    }

    func array(_ slice: Slice) -> [UInt8] { withBytes(slice) { Array($0) } }
}
