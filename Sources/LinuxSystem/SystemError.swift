internal import Glibc

/// A system call that failed: which, on what, and the kernel's error number.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call's name as the manual has it: `open`, `fdatasync`.
    package let call: String
    /// The file, directory or socket it was about; empty where there is none.
    package let path: String
    /// `errno`.
    package let errorNumber: Int32

    package init(call: String, path: String = "", errorNumber: Int32) {
        self.call = call
        self.path = path
        self.errorNumber = errorNumber
    }

    /// The error that `errno` holds now.
    static func last(_ call: String, _ path: String = "") -> SystemError {
        SystemError(call: call, path: path, errorNumber: errno)
    }

    /// A file that was read but does not hold what the kernel's documentation says.
    package static func unreadable(_ path: String) -> SystemError {
        SystemError(call: "parse", path: path, errorNumber: EINVAL)
    }

    /// A file that another thread is reading and may never have read.
    package static func busy(_ path: String) -> SystemError {
        SystemError(call: "read", path: path, errorNumber: EBUSY)
    }

    /// The kernel's words for the error number: `No such file or directory`.
    package var reason: String { errorText(errorNumber) }

    package var description: String {
        path.isEmpty ? "\(call): \(reason)" : "\(call) \(path): \(reason)"
    }

    package var isNotFound: Bool { errorNumber == ENOENT || errorNumber == ENODEV || errorNumber == ENXIO }
    /// What a process's files in /proc answer once it has ended.
    package var isNoProcess: Bool { errorNumber == ESRCH }
    package var isPermissionDenied: Bool { errorNumber == EACCES || errorNumber == EPERM }
}

/// `strerror` in a form that threads may share.
package func errorText(_ errorNumber: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
        guard let base = buffer.baseAddress, strerror_r(errorNumber, base, buffer.count) == 0 else {
            return "error \(errorNumber)"
        }
        return String(cString: base)
    }
}

/// Runs a call that answers -1 on failure, again while a signal interrupts it.
@discardableResult
func retryingInterrupts<Result: FixedWidthInteger>(
    _ call: String, _ path: String = "", _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        if errno != EINTR { throw SystemError.last(call, path) }
    }
}
