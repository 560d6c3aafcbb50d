import LinuxSystem
import Testing

@Suite struct ClockChangeTimerTests {
    /// That a set clock makes it readable cannot be tested without setting the machine's.
    @Test func aClockThatNobodySetsIsQuiet() throws {
        let timer = try ClockChangeTimer()
        var interests = [Poll.Interest(timer.number, readable: true)]
        #expect(try Poll.wait(&interests, timeoutMilliseconds: 0) == 0)
        #expect(try !timer.takeChange())
    }

    @Test func filesSayWhenTheyWereWritten() throws {
        #expect(try FileStamp(asking: "/proc/self/exe").modifiedUnixNanoseconds > 1_600_000_000_000_000_000)
        #expect(throws: SystemError.self) { try FileStamp(asking: "/nonexistent/file") }
    }
}
