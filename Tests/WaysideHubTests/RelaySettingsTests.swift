import Delivery
import SettingsFile
import Shipping
import Testing

@testable import WaysideHub

@Suite struct RelaySettingsTests {
    private func read(_ text: String) throws -> HubSettings {
        try SettingsDocument.read(bytes: Array(text.utf8), name: "hub.yaml", as: HubSettings.self)
    }

    @Test func everythingIsReadFromItsKey() throws {
        let settings = try read(
            """
            hub: {id: hub-7, data_dir: /data}
            relay:
              - name: mimir
                url: http://mimir/api/v1/push
                protocol: "2.0"
                tenant: plant-3
                headers: {X-Route: here}
                keep: ["sensor_*"]
                drop: ['{job="x"}']
                buffer_size: 64MiB
              - {name: thanos, url: "http://thanos/api/v1/receive", tenant: t, tenant_header: THANOS-TENANT}
            """)
        let mimir = try #require(settings.relay.first)
        #expect(mimir.name == "mimir" && mimir.receiver.url.text == "http://mimir/api/v1/push")
        #expect(mimir.receiver.protocolChoice == .only(.two))
        #expect(mimir.headers.map { "\($0.name): \($0.value)" } == ["X-Route: here", "X-Scope-OrgID: plant-3"])
        #expect(mimir.filter.keep == [SeriesSelector("sensor_*")] && mimir.filter.drop.count == 1)
        #expect(mimir.filterText == "keep\nsensor_*\ndrop\n{job=\"x\"}")
        #expect(mimir.bufferByteCount == 64 << 20)
        #expect(settings.relay[1].headers.map { "\($0.name): \($0.value)" } == ["THANOS-TENANT: t"])
        #expect(settings.identity.id == "hub-7" && settings.relayDirectory == "/data/relay")
        #expect(settings.storage.directory == "/var/lib/wayside-hub")
    }

    @Test func withoutStorageThereMustBeATarget() throws {
        let settings = try read("storage: {directory: none}\nrelay: [{name: a, url: \"http://h/\"}]")
        #expect(settings.storage.directory == nil)
        #expect(settings.relayDirectory == "/var/lib/wayside-hub/relay")
        #expect(try read("storage: {directory: /d}").relayDirectory == "/d/relay")
    }

    @Test(arguments: [
        ("relay:\n  - {url: \"http://h/\"}", "hub.yaml:2:5", "relay[0].name: required"),
        ("relay:\n  - {name: ../up, url: \"http://h/\"}", "hub.yaml:2:12", "1 to 64 letters"),
        ("relay:\n  - {name: a}", "hub.yaml:2:5", "relay[0].url: required"),
        ("relay:\n  - {name: a, url: \"http://h/\", protocl: auto}", "hub.yaml:2:33", "did you mean \"protocol\""),
        ("relay:\n  - {name: a, url: \"http://h/\", keep: [\"{a=~'b'}\"]}", "hub.yaml:2:40", "regular expressions"),
        (
            "relay:\n  - {name: a, url: \"http://h/\", headers: {Wayside-Via: x}}", "hub.yaml:2:43",
            "do not set themselves"
        ),
        ("relay:\n  - {name: a, url: \"http://h/\", tenant_header: X}", "hub.yaml:2:48", "needs \"tenant\""),
        (
            "relay:\n  - {name: a, url: \"http://h/\", tenant: t, headers: {x-scope-orgid: u}}", "hub.yaml:2:41",
            "give one of the two"
        ),
        ("relay:\n  - {name: a, url: \"http://h/\", buffer_size: 1MiB}", "hub.yaml:2:46", "a size from 2MiB"),
        (
            "relay: [{name: a, url: \"http://h/\"}, {name: a, url: \"http://i/\"}]", "hub.yaml:1:8",
            "two entries have the name \"a\""
        ),
        ("storage: {directory: none}", "hub.yaml:1:10", "there must be a target"),
        ("hub: {id: \"a,b\"}", "hub.yaml:1:11", "without spaces and commas"),
    ]) func mistakesAreNamedWithTheirPlace(text: String, place: String, part: String) {
        do {
            _ = try read(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect("\(error)".contains(place) && "\(error)".contains(part), "\(error)")
        }
    }
}
