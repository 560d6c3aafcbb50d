package import LinuxSystem

/// What the store could not do, and on which file.
package enum StoreError: Error, Sendable, Hashable {
    /// The backlog or the log is full; at the rate it drains now there is room after so many seconds. 503.
    case busy(retryAfterSeconds: Int)
    /// The request does not fit into a record of the log. 413.
    case tooLarge(byteCount: Int, byteLimit: Int)
    /// A header is longer than the log's record can say. 400.
    case headerTooLong(name: String, byteLimit: Int)
    /// As many orders to delete wait in a day's file as may, and it could not be cleaned of them. 500.
    case tooManyDeletions(path: String, limit: Int)
    /// The store has been closed. 503.
    case closed
    /// A system call failed. 500.
    case system(SystemError)
    /// The log failed: where and why.
    case log(path: String, reason: String)
    /// SQLite failed on a file: its result code and words.
    case database(path: String, code: Int32, reason: String)
    /// Another process has the directory open.
    case locked(path: String)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .busy(let seconds): "the store cannot keep up; try again in \(seconds) s"
        case .tooLarge(let count, let limit): "a request of \(count) bytes; the log takes \(limit)"
        case .headerTooLong(let name, let limit): "the header \(name) is longer than \(limit) bytes"
        case .tooManyDeletions(let path, let limit):
            "\(path) has \(limit) deletions that it has not been cleaned of; see why it cannot be rewritten"
        case .closed: "the store is closed"
        case .system(let error): error.description
        case .log(let path, let reason): "log \(path): \(reason)"
        case .database(let path, let code, let reason): "database \(path): \(reason) (SQLite \(code))"
        case .locked(let path): "\(path) is in use by another process"
        }
    }
}
