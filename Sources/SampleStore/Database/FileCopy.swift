internal import Glibc
internal import LinuxSystem

/// Copies of the store's files as they are, right or wrong, each durable when it is made.
enum FileCopy {
    /// Whether it was the file or its copy that failed.
    enum Failure: Error {
        case source(StoreError)
        case target(StoreError)

        var error: StoreError {
            switch self {
            case .source(let error), .target(let error): error
            }
        }
    }

    private static let byteCount = 1 << 20

    /// Copies a database's file, by what SQLite has open of it. There must be nothing of the new name.
    static func copy(_ database: Database, to path: String) throws(Failure) {
        let source: DatabaseBytes
        do throws(StoreError) { source = try DatabaseBytes(database) } catch { throw .source(error) }
        try write(path) { bytes, offset throws(StoreError) in try source.read(into: bytes, at: offset) }
    }

    /// Copies a file on which SQLite has no locks: none that it opens as a database.
    static func copy(_ path: String, to newPath: String) throws(Failure) {
        let source = try open(path)
        try write(newPath) { bytes, offset throws(StoreError) in
            do throws(SystemError) { return try source.read(into: bytes, at: offset) } catch { throw .system(error) }
        }
    }

    private static func open(_ path: String) throws(Failure) -> FileDescriptor {
        do throws(SystemError) {
            return try FileDescriptor(opening: path, O_RDONLY)
        } catch { throw .source(.system(error)) }
    }

    private static func make(_ path: String) throws(Failure) -> FileDescriptor {
        do throws(SystemError) {
            return try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL)
        } catch { throw .target(.system(error)) }
    }

    /// Makes a file of what `read` puts into the buffer, until that is nothing, and syncs it.
    private static func write(
        _ path: String, _ read: (UnsafeMutableRawBufferPointer, Int64) throws(StoreError) -> Int
    ) throws(Failure) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
        defer { buffer.deallocate() }
        let copy = try make(path)
        var offset: Int64 = 0
        while true {
            let count: Int
            do throws(StoreError) { count = try read(buffer, offset) } catch { throw .source(error) }
            do throws(SystemError) {
                guard count > 0 else { return try copy.synchronise() }
                try copy.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
            } catch { throw .target(.system(error)) }
            offset += Int64(count)
        }
    }
}
