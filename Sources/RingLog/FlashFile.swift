package import LinuxSystem

/// A file of a `FlashDisk`.
package final class FlashFile: RingFile {
    private let descriptor: FileDescriptor
    /// Why the file could not be opened for writing; nil where it was.
    private let refusal: SystemError?

    init(_ descriptor: consuming FileDescriptor, refusal: SystemError? = nil) {
        self.descriptor = descriptor
        self.refusal = refusal
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = try descriptor.read(into: rest, at: offset + Int64(done))
            if count == 0 { break }
            done += count
        }
        return done
    }

    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        if let refusal { throw refusal }
        try descriptor.write(bytes, at: offset)
    }

    package func synchronise() throws(SystemError) {
        try descriptor.synchroniseData()
    }

    package func byteCount() throws(SystemError) -> Int64 {
        try descriptor.byteCount()
    }
}
