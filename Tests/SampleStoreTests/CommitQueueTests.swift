import MetricModel
import Testing

@testable import SampleStore

/// What a sender is told when requests come faster than the disk takes them.
@Suite struct CommitQueueTests {
    private static func pending(_ byteCount: Int) -> CommitQueue.Pending {
        CommitQueue.Pending(
            request: ReceivedRequest(
                contentType: "", contentEncoding: "", sender: "", receivedUnixMilliseconds: 0,
                body: [UInt8](repeating: 0, count: byteCount)),
            columns: SampleColumns(), completion: { _ in })
    }

    /// A disk that takes 1 MB in as many seconds as it is slow: who waits for 4 MB is told to wait for as long as they
    /// take.
    @Test(arguments: [(slow: 1, retryAfter: 4), (slow: 5, retryAfter: 20), (slow: 60, retryAfter: 60)])
    func retryAfterIsWhatTheBacklogTakesAtTheRateOfLate(slow: Int64, retryAfter: Int) throws {
        let queue = try CommitQueue(byteLimit: 4 << 20)
        for _ in 0..<30 {
            #expect(queue.submit(Self.pending(1_000_000)) == nil)
            let group = try #require(queue.take())
            queue.finished(group, nanoseconds: slow * 1_000_000_000)
        }
        for _ in 0..<4 { #expect(queue.submit(Self.pending(1_000_000)) == nil) }
        guard case .busy(let seconds) = queue.submit(Self.pending(1_000_000)) else {
            Issue.record("a backlog at its limit takes no more")
            return
        }
        #expect((retryAfter...retryAfter + 1).contains(seconds))
        #expect(queue.figures.byteCount < 4 << 20 && queue.figures.busyRefusals == 1)
        // What is being committed is memory too until it is done.
        let group = try #require(queue.take())
        guard case .busy = queue.submit(Self.pending(1_000_000)) else {
            Issue.record("a group under way counts")
            return
        }
        queue.finished(group, nanoseconds: 1)
        #expect(queue.submit(Self.pending(1_000_000)) == nil)
    }

    /// Exemplars have a copy of their series' labels, and families their help: memory as the samples are.
    @Test func whatWasDecodedCountsWithAllThatItHolds() throws {
        let series = Labels([Label("__name__", String(repeating: "a", count: 10_000))])
        var columns = SampleColumns()
        for time in 0..<3 as Range<Int64> {
            columns.exemplars.append(
                SampleColumns.Exemplar(series: series, labels: ["id": "7f"], unixMilliseconds: time, value: 1))
        }
        let help = String(repeating: "h", count: 10_000)
        columns.families = [SampleColumns.Family(name: "", type: .counter, help: help, unit: "")]
        let queue = try CommitQueue(byteLimit: 1 << 20)
        let pending = CommitQueue.Pending(
            request: ReceivedRequest(contentType: "", sender: "", receivedUnixMilliseconds: 0, body: []),
            columns: columns, completion: { _ in })
        #expect(queue.submit(pending) == nil)
        // The three exemplars share one copy.
        #expect((20_000..<22_000).contains(queue.figures.byteCount))
        let group = try #require(queue.take())
        queue.finished(group, nanoseconds: 1)
        #expect(queue.figures.byteCount == 0)
    }
}
