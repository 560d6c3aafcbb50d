package import LinuxSystem

/// One open file of a ring. Closed when its last reference goes.
package protocol RingFile: AnyObject {
    /// Reads up to `buffer.count` bytes at `offset`; fewer only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int
    /// Writes all of `bytes` at `offset`. After an error any part of them may have been written.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError)
    /// Makes what was written durable, and the file's size. After an error nothing is known of any byte written
    /// since the last success, and asking again proves nothing.
    func synchronise() throws(SystemError)
    func byteCount() throws(SystemError) -> Int64
}

/// The directory a ring lives in, by file names without a path.
package protocol RingDisk {
    associatedtype File: RingFile

    /// The names of the files there are; empty where there is no directory yet.
    func list() throws(SystemError) -> [String]
    /// Opens an existing file for reading and writing; for reading alone where the disk allows no more.
    func open(_ name: String) throws(SystemError) -> File
    /// Makes an empty file, or empties the one there is; makes the directory where it is missing.
    func create(_ name: String) throws(SystemError) -> File
    func rename(_ name: String, to newName: String) throws(SystemError)
    func remove(_ name: String) throws(SystemError)
    /// Makes the creations, renamings and removals so far durable.
    func synchroniseNames() throws(SystemError)
}
