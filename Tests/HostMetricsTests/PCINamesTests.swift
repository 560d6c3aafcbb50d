import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

@Suite struct PCINamesTests {
    private static let ids = ["0x060400", "0x1022", "0x1634", "0x17aa", "0x5095"]

    private static func names(_ lines: [String], _ texts: [String] = ids) throws -> [String] {
        let identity = try #require(PCINames.Identity(texts))
        var names = PCINames(of: [identity])
        for line in lines { Array(line.utf8).withUnsafeBytes { names.take($0) } }
        return names.names(of: identity)
    }

    /// What stands nowhere is told by its number.
    @Test func withoutNames() throws {
        #expect(try Self.names([]) == ["1022", "1634", "17aa", "5095", "Unknown class (060400)"])
    }

    @Test func eachName() throws {
        let lines = [
            "# 1022  No", "1022  AMD ", "\t1634  Bridge", "\t\t17aa 5095  Card", "\t1635  Other", "\t\t17aa 5095  No",
            "17aa  Lenovo", "\t1634  No", "C 06  Bridges", "\t04  PCI bridge", "\t\t00  Normal decode",
        ]
        #expect(try Self.names(lines) == ["AMD", "Bridge", "Lenovo", "Card", "Normal decode"])
        // The classes may come first.
        #expect(try Self.names(Array(lines[8...] + lines[..<8])) == Self.names(lines))
        #expect(try Self.names(Array(lines.dropLast())).last == "PCI bridge")
        #expect(try Self.names(Array(lines.dropLast(2))).last == "Bridges")
    }

    /// The same number below another vendor, class or device is something else.
    @Test func whatIsBelowAnother() throws {
        let lines = [
            "1023  Other", "\t1634  No", "\t\t17aa 5095  No", "C 07  Other", "\t04  No", "\t\t00  No", "1022  AMD",
            "\t04  No", "\t\t00  No",
        ]
        #expect(try Self.names(lines) == ["AMD", "1634", "17aa", "5095", "Unknown class (060400)"])
    }

    /// Lines of another form are read over, and take nothing from the others.
    @Test(arguments: [
        "", "\t", "\t\t", "C", "C ", "C 0", "1022", "1022 ", "1022  ", "1022 x", "10221  No", "x1022  No", "\tx  No",
        "\t\t17aa  No", "\t\t17aa 50951  No", "\t\t\t1634  No", "\t16341  No", "C 106  No", "ffffffffffffffffffff  No",
    ])
    func damagedLines(_ line: String) throws {
        let lines = [line, "1022  AMD", line, "1022  AMD", "\t1634  Bridge", "17aa  Lenovo", "C 06  Bridges"]
        let names = try Self.names(lines)
        #expect(names == ["AMD", "Bridge", "Lenovo", "5095", "Bridges"])
    }

    @Test func namesMayHoldAnyBytes() throws {
        #expect(try Self.names(["1022  \"Quoted\"\\ \u{e9}  two"]).first == "\"Quoted\"\\ \u{e9}  two")
    }

    @Test(arguments: [
        ["", "0x1022", "0x1634", "0x17aa", "0x5095"], ["0x060400", "0x11022", "0x1634", "0x17aa", "0x5095"],
        ["0x1060400", "0x1022", "0x1634", "0x17aa", "0x5095"], ["0x060400", "0x1022", "0x1634", "0x17aa"],
        ["0x060400", "0x1022", "0x1634", "0x17aa", "zz"],
    ])
    func whatIsNoIdentity(_ texts: [String]) { #expect(PCINames.Identity(texts) == nil) }

    /// Devices that come later get their names too, and without the database there are numbers and a remark.
    @Test func devicesComeAndGo() throws {
        let tree = try TreeCopy("server")
        let bridge = "/sys/bus/pci/devices/0000:00:02.1"
        try tree.move(bridge, to: "/bridge")
        var sampler = tree.sampler(["pcidevice"]) { $0.pciDevices.areNamesEnabled = true }
        let before = HostRun(&sampler)
        func name(_ run: HostRun, _ vendor: String) -> String? {
            run.samples.first { sample in
                sample.series.family.name == "node_pcidevice_info"
                    && sample.series.fullLabels()["vendor_id"] == vendor
            }?.series.fullLabels()["vendor_name"]
        }
        #expect(before.failures == [] && name(before, "0xc0a9") == "Micron/Crucial Technology")
        #expect(name(before, "0x1022") == nil)
        try tree.move("/root/usr/share/misc/pci.ids", to: "/root/usr/share/pci.ids")
        try tree.move("/bridge", to: bridge)
        let without = HostRun(&sampler)
        #expect(without.success == ["pcidevice": 1] && "\(without.failures)".contains("misc/pci.ids: No such file"))
        #expect(name(without, "0x1022") == "1022" && name(without, "0xc0a9") == "Micron/Crucial Technology")
        #expect(HostRun(&sampler).failures == without.failures)
        // A device that came anew is looked for again, in the second place too.
        try Files.makeDirectory(tree.path + "/root/usr/share/hwdata")
        try tree.move("/root/usr/share/pci.ids", to: "/root/usr/share/hwdata/pci.ids")
        try tree.move(bridge, to: "/bridge")
        _ = HostRun(&sampler)
        #expect(sampler.seriesCount == before.samples.count - 2)
        try tree.move("/bridge", to: bridge)
        let after = HostRun(&sampler)
        #expect(after.failures == [] && name(after, "0x1022") == "Advanced Micro Devices, Inc. [AMD]")
        let last = HostRun(&sampler)
        #expect(zip(last.samples, after.samples).allSatisfy { $0.series === $1.series })
    }

    @Test func aPathOfOnesOwn() throws {
        let file = FixtureTree("server").path + "/root/usr/share/misc/pci.ids"
        for path in [file, file + ".not"] {
            let run = HostRun(["pcidevice"], roots: HostRoots(sysfs: FixtureTree("server").path + "/sys")) { settings in
                settings.pciDevices.areNamesEnabled = true
                settings.pciDevices.namesFile = path
            }
            #expect(run.values.keys.contains { $0.contains(#"class_name="NVM Express""#) } == (path == file))
            #expect(run.failures.isEmpty == (path == file))
        }
    }
}
