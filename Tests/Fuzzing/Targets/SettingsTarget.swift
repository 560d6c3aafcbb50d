import LinuxSystem
import SettingsFile

/// Settings files: any text becomes settings or a list of problems, each with its place, within the limits.
struct SettingsTarget: FuzzTarget {
    static let name = "settings"
    static let dictionary = [
        "id: ", "labels: ", "http:", "listen: ", "buffer_size: ", "64MiB", "ratio: ", "verbose: ", "remote_write:",
        "url: ", "http://", "protocol: ", "password: ", "password_file: ", "${SITE}", "$${", "\n  - ", "- {", "&a ",
        "*a", "!!str ", "? ", "|\n", ">\n", "---\n", "...\n", "%YAML 1.2\n", "true", "null", "~", "<<: ",
    ]

    static func seeds() -> [[UInt8]] {
        [
            "id: gw-7\nlabels: {site: plant-3}\nhttp: {listen: 1:2, idle_timeout: 90s}\nbuffer_size: 64MiB\n",
            "ratio: 0.25\nverbose: true\nremote_write:\n  - {url: \"http://hub:9661/w\", protocol: \"2.0\", keep: [a]}\n",
            "remote_write:\n  - url: https://[::1]/x\n    resolution: {devices: 1s}\n    password_file: secret\n",
            "a: &x {b: 1}\nc: *x\n", "id: ${SITE}\nid: \"two\"\n", "id: |\n  text\n  more\n", "\t- x: [",
            "? [a]\n: b\n",
        ].map { Array($0.utf8) }
    }

    private static let limits = SettingsLimits(
        byteLimit: 1 << 16, depthLimit: 12, nodeLimit: 2000, problemLimit: 10, secretByteLimit: 100)

    func run(_ bytes: [UInt8]) {
        let missing = SystemError(call: "open", path: "x", errorNumber: 2)
        let surroundings = SettingsSurroundings(environment: { $0 == "SITE" ? "plant-3" : nil }) { path, _ in
            path.hasSuffix("secret") ? .success(Array("hunter2\n".utf8)) : .failure(missing)
        }
        do throws(SettingsFailure) {
            let settings = try SettingsDocument.read(
                bytes: bytes, name: "conf/a.yaml", as: FuzzedSettings.self, limits: Self.limits,
                surroundings: surroundings)
            check(settings)
        } catch {
            hold(!error.problems.isEmpty && !error.description.isEmpty, "a failure says why")
            // Unknown keys are counted by themselves.
            hold(error.problems.count <= Self.limits.problemLimit * 2, "the limit of problems")
            for problem in error.problems {
                hold(problem.line >= 0 && problem.column >= 0 && !problem.description.isEmpty, "a problem has a place")
            }
        }
        checkTexts(String(decoding: bytes.prefix(64), as: UTF8.self))
    }

    private func check(_ settings: FuzzedSettings) {
        hold((1...100).contains(settings.deviceLimit), "a range is kept")
        hold((1 << 20...1 << 40).contains(settings.bufferSize), "a range of sizes is kept")
        hold((0...1).contains(settings.ratio), "a range of numbers is kept")
        for target in settings.remoteWrite {
            hold((.seconds(1)...(.seconds(600))).contains(target.batchFor), "a range of durations is kept")
            guard let url = target.url else { fatalError("does not hold: a required address is there") }
            hold(["http", "https"].contains(url.scheme) && !url.host.isEmpty, "an address has scheme and host")
            if let password = target.password { hold(!"\(password)".contains("hunter2"), "a secret is not shown") }
        }
    }

    private func checkTexts(_ text: String) {
        if let duration = DurationText.parse(text) {
            hold(DurationText.parse(DurationText.format(duration)) == duration, "\(text) is written and read")
        }
        if let byteCount = ByteSizeText.parse(text) {
            hold(ByteSizeText.parse(ByteSizeText.format(byteCount)) == byteCount, "\(text) is written and read")
        }
    }
}
