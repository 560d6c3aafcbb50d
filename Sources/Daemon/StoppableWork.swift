internal import UnixSignals

/// Work of a command that SIGINT and SIGTERM end in an orderly way: its task is cancelled, and it returns by itself.
package enum StoppableWork {
    package static func run<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws
        -> Result
    {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let task = Task { try await work() }
        let pump = Task { for await _ in signals { task.cancel() } }
        defer { pump.cancel() }
        return try await task.value
    }
}
