internal import CLinux
internal import Glibc

/// A directory that stays open and is listed again; for /sys, where devices come and go.
package final class KeptDirectory {
    package let path: String
    private var descriptor: FileDescriptor?

    package init(_ path: String) {
        self.path = path
    }

    /// Closes it until it is listed again: for who has more directories than descriptors to keep.
    package func close() { descriptor = nil }

    package var isOpen: Bool { descriptor != nil }

    /// What is told of the directory `name` in it; nil where there is none that can be asked. Asks along the path where this
    /// one is closed.
    package func status(of name: String) -> DirectoryStatus? {
        guard isOpen else { return DirectoryStatus(of: "\(path)/\(name)") }
        return descriptor?.status(of: name) ?? nil
    }

    /// Calls `body` with the bytes of each name, without `.` and `..`, in the kernel's order. `buffer` is used for the
    /// kernel's records: `body` must not read into it. With `directoriesOnly`, names of what the kernel says is something
    /// else are left out.
    package func forEachName(
        using buffer: ReadBuffer, directoriesOnly: Bool = false, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) {
        try forEachEntry(using: buffer, directoriesOnly: directoriesOnly) { name, _ in body(name) }
    }

    /// The same with the number of each entry's inode, which in /sys is a new one when a device went and another came
    /// under its name.
    package func forEachEntry(
        using buffer: ReadBuffer, directoriesOnly: Bool = false,
        _ body: (_ name: UnsafeRawBufferPointer, _ inode: UInt64) -> Void
    ) throws(SystemError) {
        if descriptor == nil { descriptor = try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY) }
        do {
            try descriptor?.list(using: buffer.forRecords, directoriesOnly: directoriesOnly, body)
        } catch {
            descriptor = nil
            throw error
        }
    }
}

extension FileDescriptor {
    fileprivate borrowing func status(of name: String) -> DirectoryStatus? { DirectoryStatus(of: name, in: self) }

    /// getdents64(2) from the directory's start. A record is: inode (8 bytes), offset (8), record length (2), type (1),
    /// name, zero byte.
    fileprivate borrowing func list(
        using buffer: UnsafeMutableRawBufferPointer, directoriesOnly: Bool,
        _ body: (UnsafeRawBufferPointer, UInt64) -> Void
    ) throws(SystemError) {
        try retryingInterrupts("lseek", path) { lseek(number, 0, SEEK_SET) }
        while true {
            let count = try retryingInterrupts("getdents64", path) {
                getdents64(number, buffer.baseAddress, buffer.count)
            }
            if count == 0 { return }
            var start = 0
            while start + 19 < count {
                let length = Int(buffer.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self))
                guard length > 19, start + length <= count else { break }
                let name = UnsafeRawBufferPointer(rebasing: buffer[(start + 19)..<(start + length)])
                let end = name.firstIndex(of: 0) ?? name.count
                let type = Int(buffer[start + 18])
                let isWanted = !directoriesOnly || type == DT_DIR || type == DT_UNKNOWN
                if isWanted, !FileDescriptor.isSelfOrParent(name[..<end]) {
                    let inode = buffer.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                    body(UnsafeRawBufferPointer(rebasing: name[..<end]), inode)
                }
                start += length
            }
        }
    }

    private static func isSelfOrParent(_ name: Slice<UnsafeRawBufferPointer>) -> Bool {
        name.count <= 2 && !name.isEmpty && name.allSatisfy { $0 == UInt8(ascii: ".") }
    }
}
