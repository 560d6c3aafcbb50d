internal import NIOCore
internal import NIOPosix

/// The threads that carry network traffic. One is enough for an agent; a hub takes a few.
package final class HTTPEventLoops: Sendable {
    let group: MultiThreadedEventLoopGroup

    package init(threadCount: Int = 1) {
        precondition(threadCount > 0, "at least one event loop")
        group = MultiThreadedEventLoopGroup(numberOfThreads: threadCount)
    }

    /// Ends the threads; servers and clients on them must have been stopped before.
    package func shutdown() async {
        // Fails only when called twice, and then there is nothing left to end.
        try? await group.shutdownGracefully()
    }
}
