internal import CLinux
internal import Glibc

/// SIGINT and SIGTERM as something to poll on instead of something that ends the process.
package struct TerminationSignals: ~Copyable {
    private let descriptor: FileDescriptor

    /// Blocks both signals for this thread and those that it starts later, so call it before starting any.
    package init() throws(SystemError) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let number = try retryingInterrupts("signalfd") {
            signalfd(-1, &signals, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
        }
        descriptor = FileDescriptor(adopting: number, path: "signalfd")
    }

    /// The descriptor's number, for `Poll`; readable once a signal has come.
    package var number: Int32 { descriptor.number }
}
