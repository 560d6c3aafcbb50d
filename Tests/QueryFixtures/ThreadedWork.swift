internal import Glibc
internal import PromQL

/// Does work on so many threads, all of them at once, whatever there are of processors.
package struct ThreadedWork: WorkSharing {
    private let threadCount: Int

    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    package init(threadCount: Int) { self.threadCount = threadCount }

    package func share(_ body: @escaping @Sendable () -> Void) {
        var threads: [pthread_t] = []
        for _ in 1..<threadCount {
            let start = Unmanaged.passRetained(Start(body))
            var thread = pthread_t()
            let result = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                    return nil
                }, start.toOpaque())
            precondition(result == 0, "a test has room for a few threads")
            threads.append(thread)
        }
        body()
        for thread in threads { pthread_join(thread, nil) }
    }
}
