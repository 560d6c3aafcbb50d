import LinuxSystem
import Logging
import Shipping
import TestPeers
import Testing

@testable import WaysideAgent

/// `daily_bytes` holds across restarts, by a file.
@Suite struct DayFileTests {
    private let directory: ScratchDirectory
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws { directory = try ScratchDirectory() }

    private func file(_ url: String = "http://hub/api/v1/write") -> DayFile {
        DayFile(directory: directory.path, url: url, bytesPerDay: 10_000)
    }

    /// What the next run reads.
    private func kept() -> SendBudget.Day? {
        var file = file()
        return file.read(logger)
    }

    @Test func theNextRunGoesOnWithTheDay() {
        #expect(kept() == nil)
        var file = file()
        file.write(SendBudget.Day(number: 20_000, byteCount: 4321), logger)
        #expect(kept() == SendBudget.Day(number: 20_000, byteCount: 4321))
        var other = self.file("http://other/api/v1/write")
        #expect(other.read(logger) == nil)
    }

    @Test func itIsWrittenByTheHundredthAndWithEachNewDay() {
        var file = file()
        func note(_ number: Int64, _ byteCount: Int64) -> SendBudget.Day? {
            file.writeIfGrown(SendBudget.Day(number: number, byteCount: byteCount), logger)
            return kept()
        }
        let first = SendBudget.Day(number: 20_000, byteCount: 50)
        #expect(note(20_000, 50) == first)
        #expect(note(20_000, 149) == first)
        #expect(note(20_000, 150) == SendBudget.Day(number: 20_000, byteCount: 150))
        #expect(note(20_001, 7) == SendBudget.Day(number: 20_001, byteCount: 7))
        // A run that has read the file goes on by it.
        var next = self.file()
        _ = next.read(logger)
        next.writeIfGrown(SendBudget.Day(number: 20_001, byteCount: 106), logger)
        #expect(kept() == SendBudget.Day(number: 20_001, byteCount: 7))
        next.writeIfGrown(SendBudget.Day(number: 20_001, byteCount: 107), logger)
        #expect(kept() == SendBudget.Day(number: 20_001, byteCount: 107))
    }

    /// A day that is full stays so for the next run, and the day after begins with nothing, whatever the file says.
    @Test func aFullDayEndsAtMidnight() {
        var file = file()
        file.write(SendBudget.Day(number: 20_000, byteCount: 9_000), logger)
        var budget = SendBudget(SendLimits(bytesPerDay: 10_000), day: kept())
        let evening: Int64 = 20_000 * 86_400_000 + 86_399_000
        #expect(budget.ask(byteCount: 2_000, .live, now: 0, wall: evening) == .wait(nanoseconds: 1_000_000_000, .day))
        #expect(budget.ask(byteCount: 2_000, .live, now: 1, wall: evening + 1_000) == .permitted)
        budget.note(byteCount: 2_000, .live, now: 2, wall: evening + 1_000)
        file.writeIfGrown(budget.day, logger)
        #expect(kept() == SendBudget.Day(number: 20_001, byteCount: 2_000))
    }

    @Test func whatIsNoDayBeginsTheDayAnew() throws {
        var file = file()
        file.write(SendBudget.Day(number: 20_000, byteCount: 1), logger)
        let name = try #require(Files.list(directory.path).first)
        for text in ["", "20000", "20000 1 2", "20000 -1", "20000 x", String(repeating: "1 ", count: 1000)] {
            try Files.replace(directory.path + "/" + name, with: Array(text.utf8))
            #expect(kept() == nil, "\(text.prefix(20))")
        }
    }
}
