import DeviceIntake
import LinuxSystem
import SettingsFile
import TestPeers
import Testing

@testable import WaysideAgent

@Suite struct DeviceKeySettingsTests {
    fileprivate static let key = String(repeating: "5a", count: 32)

    private func read(
        _ keys: String, path: String = "/etc/wayside/device-keys", file: String?
    ) throws -> DeviceSettings {
        let surroundings = SettingsSurroundings(environment: { _ in nil }) { asked, _ in
            guard let file, asked == path else {
                return .failure(SystemError(call: "open", path: asked, errorNumber: 2))
            }
            return .success(Array(file.utf8))
        }
        let text = "devices:\n" + keys
        return try SettingsDocument.read(
            bytes: Array(text.utf8), name: "agent.yaml", as: AgentSettings.self, surroundings: surroundings
        ).devices
    }

    @Test func `keys are read with the settings and reach the intake`() throws {
        let settings = try read(
            "  keys_file: /etc/wayside/device-keys\n  require_mac: true\n", file: "pump-3 0 \(Self.key)\n")
        #expect(settings.keys.deviceCount == 1)
        let intake = settings.intake([])
        #expect(intake.keys == settings.keys)
        #expect(intake.isCodeRequired)
        #expect(settings.keysPath == "/etc/wayside/device-keys")
    }

    @Test(arguments: [
        ("  keys_file: /etc/wayside/device-keys\n", "pump-3 0 \(key)\nfan 0 5a\n", "line 2"),
        ("  keys_file: /etc/wayside/none\n", "", "cannot be read"),
        ("  require_mac: true\n", "", "needs \"keys_file\""),
    ]) func `what is wrong names the setting, the line and no key`(
        settings: String, file: String, expected: String
    ) throws {
        do {
            _ = try read(settings, file: file)
            Issue.record("it was taken")
        } catch {
            let text = "\(error)"
            #expect(text.contains(expected), "\(text)")
            #expect(text.contains("devices."))
            #expect(!text.contains(Self.key))
        }
    }

    @Test(arguments: [0o640, 0o600, 0o604, 0o605, 0o641] as [UInt32])
    func `keys that everybody may read or write are warned of`(mode: UInt32) throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = directory.path + "/device-keys"
        try Files.replace(path, with: Array("pump-3 0 \(Self.key)\n".utf8), permissions: mode)
        let log = RecordingLog()
        try warn(of: path, log)
        let isOpen = ![0o640, 0o600].contains(mode)
        #expect(log.lines == (isOpen ? ["warning file=\(path) mode=\(String(mode, radix: 8))"] : []))
    }

    @Test func `keys whose permissions cannot be asked for are warned of`() throws {
        let log = RecordingLog()
        try warn(of: "/nowhere/device-keys", log)
        #expect(log.lines.count == 1 && log.lines[0].contains("/nowhere/device-keys"), "\(log.lines)")
        let without = RecordingLog()
        try read("  limit: 10\n", file: nil).warnOfOpenKeys(without.logger())
        #expect(without.lines.isEmpty)
    }

    private func warn(of path: String, _ log: RecordingLog) throws {
        let settings = try read("  keys_file: \(path)\n", path: path, file: "pump-3 0 \(Self.key)\n")
        settings.warnOfOpenKeys(log.logger())
    }
}
