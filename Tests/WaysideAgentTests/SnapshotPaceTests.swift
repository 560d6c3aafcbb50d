import Testing

@testable import WaysideAgent

/// How soon a change is on flash that no journal holds, and what that costs.
@Suite struct SnapshotPaceTests {
    private static let second: Int64 = 1_000_000_000
    private static let start: Int64 = 40 * second

    /// Seconds from a snapshot of so many bytes to the next one, when there is a change in each second.
    private func seconds(after byteCount: Int, maximumLoss: Duration) -> Int {
        var pace = SnapshotPace(maximumLoss: maximumLoss, changeCount: 0)
        pace.note(byteCount: byteCount, changeCount: 1, bootNanoseconds: SnapshotPaceTests.start)
        return (1...100_000).first {
            pace.isDue(
                bootNanoseconds: SnapshotPaceTests.start + Int64($0) * SnapshotPaceTests.second, changeCount: 2)
        } ?? .max
    }

    @Test func `a change is written at once, and the next after max_loss`() {
        var pace = SnapshotPace(maximumLoss: .seconds(15), changeCount: 7)
        let start = SnapshotPaceTests.start
        #expect(!pace.isDue(bootNanoseconds: start, changeCount: 7))
        #expect(pace.isDue(bootNanoseconds: start, changeCount: 8))
        pace.note(byteCount: 900, changeCount: 8, bootNanoseconds: start)
        let next = start + 15 * SnapshotPaceTests.second
        #expect(!pace.isDue(bootNanoseconds: next - 1, changeCount: 9))
        #expect(pace.isDue(bootNanoseconds: next, changeCount: 9))
        // Nothing new: the flash is left alone for as long as that lasts.
        #expect(!pace.isDue(bootNanoseconds: next + 86_400 * SnapshotPaceTests.second, changeCount: 8))
    }

    @Test(arguments: [
        (0, 15, 15), (1, 15, 15), (16_384, 15, 15), (16_385, 15, 30), (163_840, 15, 150), (16_385, 60, 120),
        (100, 0, 1), (16_385, 0, 2),
    ])
    func `a large snapshot takes its share of the flash and no more`(
        _ byteCount: Int, _ maximumLoss: Int, _ expected: Int
    ) {
        #expect(seconds(after: byteCount, maximumLoss: .seconds(maximumLoss)) == expected)
    }

    @Test func `no size is too large to reckon with`() {
        var pace = SnapshotPace(maximumLoss: .seconds(3600), changeCount: 0)
        pace.note(byteCount: .max, changeCount: 1, bootNanoseconds: SnapshotPaceTests.start)
        #expect(!pace.isDue(bootNanoseconds: SnapshotPaceTests.start, changeCount: 2))
    }
}
