import SettingsFile
import Shipping
import Testing

@testable import WaysideAgent

@Suite struct DestinationSettingsTests {
    private func read(_ keys: String) throws -> DestinationSettings {
        let text = "remote_write:\n  - url: http://hub/api/v1/write\n" + keys
        return try #require(
            try SettingsDocument.read(bytes: Array(text.utf8), name: "agent.yaml", as: AgentSettings.self)
                .destinations.first)
    }

    @Test func everythingIsReadFromItsKey() throws {
        let settings = try read(
            """
                keep: ["node_*", 'sensor_*{device_id="press-*"}']
                drop: ['{mode="steal"}']
                resolution: {devices: 1s, node: 1m}
                catch_up: newest_first
                accepts_out_of_order: true
                rate_limit: 20KiB
                daily_bytes: 50MB
            """)
        #expect(settings.content.filter.keep.count == 2)
        #expect(settings.content.filter.drop == [SeriesSelector("{mode=\"steal\"}")])
        #expect(settings.content.filter.resolution == ["devices": 1000, "node": 60_000])
        #expect(settings.catchUp.order == .newestFirst)
        #expect(settings.catchUp.acceptsOutOfOrder)
        #expect(settings.catchUp.limits == SendLimits(bytesPerSecond: 20 << 10, bytesPerDay: 50_000_000))
    }

    @Test func theDefaultSendsEverythingOldestFirst() throws {
        let settings = try read("")
        #expect(settings.content.filter.isOpen)
        #expect(settings.catchUp.order == .oldestFirst)
        #expect(settings.catchUp.limits == SendLimits())
    }

    @Test(arguments: [
        ("    keep: ['node_*', '{mode=~\"idle\"}']", "agent.yaml:3:22", "regular expressions are not taken"),
        ("    drop: [node-cpu]", "agent.yaml:3:12", "a series selector"),
        ("    resolution: {devices: 0s}", "agent.yaml:3:27", "a duration from 10ms"),
        ("    catch_up: newest", "agent.yaml:3:15", "newest_first"),
        ("    rate_limit: 3", "agent.yaml:3:17", "a size"),
    ]) func mistakesAreNamedWithTheirPlace(line: String, place: String, part: String) {
        do {
            _ = try read(line)
            Issue.record("\(line) was taken")
        } catch {
            #expect("\(error)".contains(place) && "\(error)".contains(part), "\(error)")
        }
    }
}
