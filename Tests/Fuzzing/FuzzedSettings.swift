import SettingsFile

/// Settings in the shape of the real ones, with every accessor in use.
struct FuzzedSettings: SettingsReadable {
    enum Version: String, CaseIterable { case auto, one = "1.0", two = "2.0" }

    struct HTTP: SettingsReadable {
        var listen: String

        init(from section: SettingsSection) {
            listen = section.value("listen", expected: "a host and port", default: "x:1") {
                $0.contains(":") ? $0 : nil
            }
            _ = section.duration("idle_timeout", default: .seconds(75), range: .seconds(1)...(.seconds(3600)))
        }
    }

    struct Target: SettingsReadable {
        var url: SettingsURL?
        var batchFor: Duration
        var password: Secret?

        init(from section: SettingsSection) {
            url = section.requiredURL("url", schemes: ["http", "https"])
            _ = section.choice("protocol", default: Version.auto)
            batchFor = section.duration("batch_for", default: .seconds(15), range: .seconds(1)...(.seconds(600)))
            _ = section.stringList("keep")
            _ = section.map("resolution", expected: "a duration such as 1s", parse: DurationText.parse)
            password = section.secret("password")
        }
    }

    var bufferSize: Int
    var deviceLimit: Int
    var ratio: Double
    var remoteWrite: [Target]

    init(from section: SettingsSection) {
        _ = section.string("id", default: "gw")
        _ = section.stringMap("labels", expectedName: "a label name such as site") { !$0.isEmpty }
        let _: HTTP = section.section("http")
        bufferSize = section.byteSize("buffer_size", default: 64 << 20, range: (1 << 20)...(1 << 40))
        deviceLimit = section.integer("device_limit", default: 10, range: 1...100)
        ratio = section.number("ratio", default: 0.5, range: 0...1)
        _ = section.bool("verbose", default: false)
        remoteWrite = section.sections("remote_write")
    }
}
