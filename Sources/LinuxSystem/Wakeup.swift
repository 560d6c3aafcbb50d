internal import CLinux
internal import Glibc

/// A flag that a waiting thread can poll on: an eventfd.
package final class Wakeup: Sendable {
    private let descriptor: FileDescriptor

    package init() throws(SystemError) {
        let number = try retryingInterrupts("eventfd") {
            eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        }
        descriptor = FileDescriptor(adopting: number, path: "eventfd")
    }

    /// The descriptor's number, for `Poll`; readable after `signal()` until `clear()`.
    package var number: Int32 { descriptor.number }

    /// Wakes whoever polls; any thread may call it, any number of times.
    package func signal() { eventfd_write(descriptor.number, 1) }

    /// Takes the signals so far.
    package func clear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor.number, &count)
    }
}

/// poll(2) over a few descriptors.
package enum Poll {
    package struct Interest {
        package let number: Int32
        package let readable: Bool
        package let writable: Bool
        /// Set by `wait`: something can be done, or has failed, on this descriptor.
        package fileprivate(set) var isReady = false

        package init(_ number: Int32, readable: Bool, writable: Bool = false) {
            self.number = number
            self.readable = readable
            self.writable = writable
        }
    }

    /// Waits until one of `interests` is ready or `timeoutMilliseconds` have passed (-1: for ever).
    /// Negative descriptor numbers are skipped. Answers how many are ready; an interrupting signal counts as none.
    @discardableResult
    package static func wait(
        _ interests: inout [Interest], timeoutMilliseconds: Int32
    ) throws(SystemError) -> Int {
        var polled = interests.map { interest in
            pollfd(
                fd: interest.number,
                events: (interest.readable ? Int16(POLLIN) : 0) | (interest.writable ? Int16(POLLOUT) : 0),
                revents: 0)
        }
        let ready = poll(&polled, nfds_t(polled.count), timeoutMilliseconds)
        if ready < 0 {
            if errno == EINTR { return 0 }
            throw SystemError.last("poll")
        }
        for index in interests.indices { interests[index].isReady = polled[index].revents != 0 }
        return Int(ready)
    }
}
