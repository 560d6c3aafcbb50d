internal import Glibc

extension SystemError {
    /// EFBIG, for the limits that this module itself sets.
    static var fileTooBig: Int32 { EFBIG }

    /// What a driver answers for an attribute that it does not have or cannot tell now, and says nothing of the file.
    fileprivate var isDriversAnswer: Bool {
        switch errorNumber {
        case EINVAL, EAGAIN, ENODATA, EOPNOTSUPP, EIO: true
        default: false
        }
    }
}

/// A file of /proc or /sys that is opened once and then read again from its start, which the kernel answers with
/// fresh content; that costs a seventh of opening, reading and closing it.
///
/// Not shared between threads. A read that fails closes the file, and the next one opens it anew, so a device that
/// went and came back is found again; answers of a driver (a link that is down has no speed) leave it open.
package final class KeptFile {
    package let path: String
    private let ending: FileEnding
    private var descriptor: FileDescriptor?

    package init(_ path: String, ending: FileEnding) {
        self.path = path
        self.ending = ending
    }

    package convenience init(_ path: String, endsAtShortRead: Bool) {
        self.init(path, ending: endsAtShortRead ? .shortRead : .emptyRead)
    }

    /// Reads the whole file into `buffer` and answers its bytes, valid until the buffer's next read.
    @discardableResult
    package func read(into buffer: ReadBuffer) throws(SystemError) -> UnsafeRawBufferPointer {
        let wasOpen = descriptor != nil
        do {
            return try readOnce(into: buffer)
        } catch {
            // What was opened long ago may stand for something that is gone; what was opened now does not.
            guard wasOpen, error.isNotFound || error.errorNumber == ESRCH else { throw error }
        }
        return try readOnce(into: buffer)
    }

    var isOpen: Bool { descriptor != nil }

    /// Closes it until the next read: for who has more files than descriptors to keep.
    package func close() { descriptor = nil }

    private func readOnce(into buffer: ReadBuffer) throws(SystemError) -> UnsafeRawBufferPointer {
        if descriptor == nil { descriptor = try FileDescriptor(opening: path) }
        do {
            try descriptor?.fill(buffer, ending)
            return buffer.bytes
        } catch {
            if !error.isDriversAnswer { descriptor = nil }
            throw error
        }
    }
}

extension FileDescriptor {
    fileprivate borrowing func fill(_ buffer: ReadBuffer, _ ending: FileEnding) throws(SystemError) {
        try buffer.fill(from: self, ending)
    }
}
