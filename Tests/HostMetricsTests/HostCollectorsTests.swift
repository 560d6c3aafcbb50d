import HostMetrics
import Testing

@Suite struct HostCollectorsTests {
    @Test func namesAreUniqueAndUnknownOnesAreReported() {
        #expect(Set(HostCollectors.names).count == HostCollectors.names.count)
        #expect(HostCollectors.unknownNames(in: ["loadavg", "laodavg", "", "uname"]) == ["laodavg", ""])
    }

    @Test func settingsEnableAndDisable() {
        let defaults = HostCollectors.all.filter(\.isDefault).map(\.name)
        let settings = HostMetricsSettings(disable: ["uname"])
        #expect(settings.enabledCollectors == defaults.filter { $0 != "uname" })
        let more = HostMetricsSettings(enable: ["processes", "cpu"])
        #expect(Set(more.enabledCollectors) == Set(defaults + ["processes"]))
        #expect(more.enabledCollectors.count == defaults.count + 1)
        #expect(HostMetricsSettings(enable: ["swap"], disable: ["swap"]).enabledCollectors == defaults)
    }
}
