import SettingsFile

/// Settings in the shape of the real ones, with every accessor in use.
struct PlantSettings: SettingsReadable {
    enum `Protocol`: String, CaseIterable { case auto, v1 = "1.0", v2 = "2.0" }

    struct HTTP: SettingsReadable {
        var listen: String
        var idleTimeout: Duration
        init(from section: SettingsSection) {
            listen = section.value(
                "listen", expected: "a host and port such as 127.0.0.1:9660", default: "127.0.0.1:9660"
            ) {
                $0.contains(":") ? $0 : nil
            }
            idleTimeout = section.duration("idle_timeout", default: .seconds(75), range: .seconds(1)...(.seconds(3600)))
        }
    }

    struct RemoteWrite: SettingsReadable {
        var url: SettingsURL?
        var protocolVersion: `Protocol`
        var batchFor: Duration
        var keep: [String]
        var resolution: [(name: String, value: Duration)]
        var password: Secret?
        init(from section: SettingsSection) {
            url = section.requiredURL("url", schemes: ["http", "https"])
            protocolVersion = section.choice("protocol", default: .auto)
            batchFor = section.duration("batch_for", default: .seconds(15), range: .seconds(1)...(.seconds(600)))
            keep = section.stringList("keep")
            resolution = section.map("resolution", expected: "a duration such as 1s", parse: DurationText.parse)
            password = section.secret("password")
        }
    }

    var id: String
    var labels: [(name: String, value: String)]
    var http: HTTP
    var bufferSize: Int
    var deviceLimit: Int
    var ratio: Double
    var isVerbose: Bool
    var remoteWrite: [RemoteWrite]

    init(from section: SettingsSection) {
        id = section.string("id", default: "gw")
        labels = section.stringMap("labels", expectedName: "a label name such as site") { name in
            name.utf8.allSatisfy { $0 == 95 || (97...122).contains($0) }
        }
        http = section.section("http")
        bufferSize = section.byteSize("buffer_size", default: 64 << 20, range: (1 << 20)...(1 << 40))
        deviceLimit = section.integer("device_limit", default: 1000, range: 1...100_000)
        ratio = section.number("ratio", default: 0.5, range: 0...1)
        isVerbose = section.bool("verbose", default: false)
        remoteWrite = section.sections("remote_write")
    }
}

/// Reads a text with a small, fixed environment and one secret file.
func readPlant(_ text: String, limits: SettingsLimits = SettingsLimits()) throws(SettingsFailure) -> PlantSettings {
    try readPlant(Array(text.utf8), limits: limits)
}

func readPlant(_ bytes: [UInt8], limits: SettingsLimits = SettingsLimits()) throws(SettingsFailure) -> PlantSettings {
    let surroundings = SettingsSurroundings(environment: { ["SITE": "plant-3", "EMPTY": ""][$0] }) { path, _ in
        switch path {
        case "conf/secret": .success(Array("hunter2\n".utf8))
        case "/run/empty": .success(Array(" \n".utf8))
        default: .failure(notFound(path))
        }
    }
    return try SettingsDocument.read(
        bytes: bytes, name: "conf/a.yaml", as: PlantSettings.self, limits: limits, surroundings: surroundings)
}
