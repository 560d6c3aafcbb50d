internal import Glibc

/// This thread's `errno`, for C libraries that answer success and leave the reason there.
package enum ErrorNumber {
    /// Sets it to 0, so that a later look tells what the call between has set.
    package static func clear() { errno = 0 }

    /// Whether the last call found nothing to read, or no room to write, on a non-blocking descriptor.
    package static func isWouldBlock() -> Bool { errno == EAGAIN || errno == EWOULDBLOCK }
}
