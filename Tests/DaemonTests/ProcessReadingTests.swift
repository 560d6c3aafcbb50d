import LinuxSystem
import Testing

@testable import Daemon

@Suite struct ProcessReadingTests {
    @Test func countsFieldsAfterANameWithSpacesAndParentheses() throws {
        let fields = "S 1 1 1 0 -1 4194560 0 0 0 0 250 150 0 0 20 0 3 0 1234 5000000 7 0"
        let reading = try #require(
            ProcessReading.parse(
                stat: "42 (a (strange) name) " + fields, bootLine: "cpu 1\nbtime 1000\n", openDescriptors: 9))
        #expect(reading.cpuSeconds == 4)
        #expect(reading.startUnixSeconds == 1012.34)
        #expect(reading.virtualBytes == 5_000_000)
        #expect(reading.residentBytes == 7 * Double(Machine.pageByteCount))
    }

    @Test(arguments: ["", "42 (name", "42 (name) S 1 2 3"])
    func refusesWhatIsNotAStatLine(_ stat: String) {
        #expect(ProcessReading.parse(stat: stat, bootLine: "btime 1\n", openDescriptors: 0) == nil)
    }

    @Test func readsThisProcess() throws {
        let reading = try ProcessReading.now()
        #expect(reading.residentBytes > 1_000_000)
        #expect(reading.openDescriptors >= 3)
        #expect(abs(reading.startUnixSeconds - Double(Clocks.unixMilliseconds()) / 1000) < 86_400)
    }
}
