import HostMetrics
import Testing

@Suite struct HostCollectorsTests {
    @Test func namesAreUniqueAndUnknownOnesAreReported() {
        #expect(Set(HostCollectors.names).count == HostCollectors.names.count)
        #expect(HostCollectors.unknownNames(in: ["loadavg", "laodavg", "", "uname"]) == ["laodavg", ""])
    }

    @Test func settingsEnableAndDisable() {
        let settings = HostMetricsSettings(disable: ["uname"])
        #expect(settings.enabledCollectors == HostCollectors.names.filter { $0 != "uname" })
    }
}
