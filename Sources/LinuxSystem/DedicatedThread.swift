internal import CLinux
internal import Glibc

/// A POSIX thread for work that blocks (fdatasync, poll), which Swift's cooperative threads must not do.
package enum DedicatedThread {
    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new detached thread that the kernel knows by `name` (at most 15 bytes) and that has all
    /// signals blocked, so that they reach the main thread. `stackByteCount` is reserved, not committed.
    package static func start(
        name: String, stackByteCount: Int = 512 << 10, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        precondition(name.utf8.count <= 15, "a thread's name has at most 15 bytes")
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stackByteCount)
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let start = Unmanaged.passRetained(Start(body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        if result != 0 {
            start.release()
            throw SystemError(call: "pthread_create", path: name, errorNumber: result)
        }
        pthread_setname_np(thread, name)
    }
}
