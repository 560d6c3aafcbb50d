internal import LinuxSystem

/// A look at every page of an SQLite file of the store, whatever SQLite would make of it.
struct PageSweep {
    private static let attemptLimit = 3
    private static let readByteCount = 1 << 20

    let byteCount: Int64
    private(set) var pageCount: Int64 = 0
    /// Pages whose checksum is wrong, counted from 1.
    private(set) var wrongPages: [Int64] = []
    /// Why there is no telling pages apart.
    private(set) var damage: String?

    init(_ path: String) throws(StoreError) {
        // Opening reads nothing, so it does not matter what is in the file.
        let file = try DatabaseBytes(Database(path, .immutable))
        byteCount = file.byteCount
        var start = [UInt8](repeating: 0, count: 100)
        let count = try Self.read(file, into: &start, at: 0)
        let pageByteCount = start.withUnsafeBytes { PageChecksum.pageByteCount($0) }
        guard count == start.count, let pageByteCount else {
            damage = "it does not begin as a file of the store does"
            return
        }
        pageCount = (byteCount + Int64(pageByteCount) - 1) / Int64(pageByteCount)
        let stated = start[28..<32].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        // With a -wal file beside it the last pages may be there.
        if byteCount % Int64(pageByteCount) != 0 || stated != pageCount && !Files.exists(path + "-wal") {
            damage = "\(byteCount) bytes; its first page speaks of \(stated) pages of \(pageByteCount) bytes"
            return
        }
        try sweep(file, pageByteCount)
    }

    private mutating func sweep(_ file: DatabaseBytes, _ pageByteCount: Int) throws(StoreError) {
        let pagesPerRead = max(Self.readByteCount / pageByteCount, 1)
        var buffer = [UInt8](repeating: 0, count: pagesPerRead * pageByteCount)
        var page: Int64 = 0
        while page < pageCount {
            let count = try Self.read(file, into: &buffer, at: page * Int64(pageByteCount)) / pageByteCount
            guard count > 0 else { return }
            for index in 0..<count {
                let number = page + Int64(index) + 1
                let range = (index * pageByteCount)..<((index + 1) * pageByteCount)
                if PageChecksum.isLockPage(number, pageByteCount: pageByteCount) { continue }
                if Self.isRight(buffer[range], number) { continue }
                // A running hub may have been writing it just then.
                if try Self.isWrongAgain(file, number, pageByteCount) { wrongPages.append(number) }
            }
            page += Int64(count)
        }
    }

    private static func isRight(_ page: ArraySlice<UInt8>, _ number: Int64) -> Bool {
        page.withUnsafeBytes { PageChecksum.isRight($0, number: UInt32(truncatingIfNeeded: number)) }
    }

    private static func isWrongAgain(
        _ file: DatabaseBytes, _ number: Int64, _ pageByteCount: Int
    ) throws(StoreError) -> Bool {
        var page = [UInt8](repeating: 0, count: pageByteCount)
        for _ in 1..<attemptLimit {
            let count = try read(file, into: &page, at: (number - 1) * Int64(pageByteCount))
            if count == pageByteCount, isRight(page[...], number) { return false }
        }
        return true
    }

    /// Reads until the buffer is full or the file ends.
    private static func read(
        _ file: DatabaseBytes, into buffer: inout [UInt8], at offset: Int64
    ) throws(StoreError) -> Int {
        var result = Result<Int, StoreError>.success(0)
        buffer.withUnsafeMutableBytes { bytes in
            do throws(StoreError) { result = .success(try file.read(into: bytes, at: offset)) } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }
}
