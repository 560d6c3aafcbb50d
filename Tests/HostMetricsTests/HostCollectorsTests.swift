import HostMetrics
import Testing

@Suite struct HostCollectorsTests {
    @Test func namesAreUniqueAndUnknownOnesAreReported() {
        #expect(Set(HostCollectors.names).count == HostCollectors.names.count)
        #expect(HostCollectors.unknownNames(in: ["loadavg", "laodavg", "", "uname"]) == ["laodavg", ""])
    }

    @Test func settingsEnableAndDisable() {
        let settings = HostMetricsSettings(enable: ["ksmd"], disable: ["uname"])
        let expected = HostCollectors.all.filter { ($0.isDefault || $0.name == "ksmd") && $0.name != "uname" }
        #expect(settings.enabledCollectors == expected.map(\.name))
        #expect(HostCollectors.all.contains { !$0.isDefault })
    }
}
