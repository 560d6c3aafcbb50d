internal import Glibc
package import LinuxSystem

/// A directory on a real file system that nothing is written to, whatever is asked: files are opened for reading, and a
/// synchronisation does nothing.
package struct ReadOnlyDisk: RingDisk, Sendable {
    package let directory: String

    package init(directory: String) {
        self.directory = directory
    }

    package func list() throws(SystemError) -> [String] { try Files.list(directory) }

    package func open(_ name: String) throws(SystemError) -> ReadOnlyFile {
        ReadOnlyFile(try FileDescriptor(openingRegular: directory + "/" + name, O_RDONLY), path: directory + "/" + name)
    }

    package func create(_ name: String) throws(SystemError) -> ReadOnlyFile { throw refusal("open", name) }
    package func rename(_ name: String, to newName: String) throws(SystemError) { throw refusal("rename", name) }
    package func remove(_ name: String) throws(SystemError) { throw refusal("unlink", name) }
    package func synchroniseNames() throws(SystemError) {}

    private func refusal(_ call: String, _ name: String) -> SystemError {
        SystemError(call: call, path: directory + "/" + name, errorNumber: EROFS)
    }
}

/// A file of a `ReadOnlyDisk`.
package final class ReadOnlyFile: RingFile {
    private let file: FlashFile
    private let path: String

    init(_ descriptor: consuming FileDescriptor, path: String) {
        file = FlashFile(descriptor)
        self.path = path
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
        try file.read(into: buffer, at: offset)
    }

    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        throw SystemError(call: "pwrite", path: path, errorNumber: EROFS)
    }

    package func synchronise() throws(SystemError) {}
    package func byteCount() throws(SystemError) -> Int64 { try file.byteCount() }
}
