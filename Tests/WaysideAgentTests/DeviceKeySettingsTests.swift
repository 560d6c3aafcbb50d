import DeviceIntake
import LinuxSystem
import SettingsFile
import Testing

@testable import WaysideAgent

@Suite struct DeviceKeySettingsTests {
    fileprivate static let key = String(repeating: "5a", count: 32)

    private func read(_ keys: String, file: String?) throws -> DeviceSettings {
        let surroundings = SettingsSurroundings(environment: { _ in nil }) { path, _ in
            guard let file, path == "/etc/wayside/device-keys" else {
                return .failure(SystemError(call: "open", path: path, errorNumber: 2))
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

    @Test func `permissions are those of the file`() throws {
        let path = "/tmp/wayside-device-keys-\(Machine.processID())"
        try Files.replace(path, with: [], permissions: 0o604)
        #expect(try Files.permissions(path) == 0o604)
        try Files.remove(path)
    }
}
