import LinuxSystem
import TestPeers
import Testing

/// The units and their drop-ins are what systemd knows, and how much they leave open is what their files say.
@Suite(.enabled(if: Programs.peer("systemd-analyze") != nil, "systemd-analyze is not there; Debian's systemd has it"))
struct UnitFileTests {

    /// With systemd's figure for what is left open, in tenths, that must not be passed.
    @Test(
        arguments: [
            ("wayside-agent", [], 20), ("wayside-agent", ["files-of-root"], 22), ("wayside-agent", ["smart"], 30),
            ("wayside-agent", ["files-of-root", "smart"], 30), ("wayside-hub", [], 20),
        ] as [(String, [String], Int)])
    func unit(_ name: String, _ dropIns: [String], _ exposure: Int) throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let source = Programs.packageRoot + "/systemd/\(name).service"
        let path = directory.path + "/\(name).service"
        // It asks whether the program is there.
        let program = name == "wayside-agent" ? Programs.agent : Programs.hub
        try writeText(try readText(source).replacing("=/usr/bin/\(name) ", with: "=\(program) "), to: path)
        try Files.makeDirectory(path + ".d")
        for dropIn in dropIns {
            try writeText(try readText("\(source).d/\(dropIn).conf"), to: "\(path).d/\(dropIn).conf")
        }
        let analyze = try #require(Programs.peer("systemd-analyze"))
        let verified = try Programs.run(analyze, ["verify", "--man=no", path])
        // A setting that it does not know is a line and no failure.
        #expect(verified.exitCode == 0 && verified.output == "")
        let rated = try Programs.run(
            analyze, ["security", "--offline=true", "--no-pager", "--threshold=\(exposure)", path],
            environment: ["LC_ALL": "C.UTF-8"])
        #expect(rated.exitCode == 0, "\(rated.output.suffix(200))")
        // The capabilities that the drop-ins are for.
        #expect(rated.output.contains("✗ CapabilityBoundingSet=~CAP_SYS_RAWIO") == dropIns.contains("smart"))
        #expect(rated.output.contains("✗ CapabilityBoundingSet=~CAP_(DAC_*") == !dropIns.isEmpty)
    }

    /// Every drop-in is tested.
    @Test func dropInsAreKnown() throws {
        let names = try Files.list(Programs.packageRoot + "/systemd/wayside-agent.service.d")
        #expect(names.sorted() == ["files-of-root.conf", "smart.conf"])
    }
}
