internal import Glibc

/// A mutual exclusion for state that a closure of the caller's works on, which `Synchronization.Mutex` does not let
/// the compiler prove safe. Prefer `Mutex` wherever it will do.
package final class ThreadLock: Sendable {
    // The address never changes, and pthread_mutex_t is made to be used by several threads.
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init() {
        mutex = .allocate(capacity: 1)
        let result = pthread_mutex_init(mutex, nil)
        precondition(result == 0, "a plain mutex needs nothing that could fail")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` while no other thread runs one under this lock. Not to be nested.
    package func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }
}
