import TestValues
import Testing

@testable import HostMetrics

/// The parsers of /sys and of /proc/mdstat on texts that the kernel does not write, or writes seldom.
@Suite struct SysfsParseTests {
    @Test(arguments: [
        ("md0 active raid1\n", 10, "a colon behind the array's name"),
        ("md0 : active raid1 sda[0]\n      x blocks [2/2] [UU]\n", 32, "a decimal number"),
        ("md0 : active raid1 sda[0]\n", 26, "a decimal number"),
        ("md0 : active raid1 sda[0]\n 12 blocks\n", 26, "the counts of the array's disks"),
        ("md0 : active raid1 sda[0]\n 12 blocks [2/2] [AA]\n", 26, "the counts of the array's disks"),
        ("md0 : active raid0 sda[0]\n 12 blocks\n resync = 1%\n", 37, "how far the array is rebuilt"),
        ("md0 : active raid0 sda[0]\n 12 blocks\n resync = 1% (x/2)\n", 51, "a decimal number"),
        ("md0 : active raid0 sda[0]\n 12 blocks\n resync = 1% (1 2)\n", 52, "a slash"),
    ])
    func damagedArrays(_ text: String, _ offset: Int, _ expected: String) {
        var status = MDStatus()
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in try status.parse(bytes) }
        }
    }

    @Test(
        arguments: [
            ("broken raid1 sda[0]\n 12 blocks [2/1] [_U]\n", .other, 12),
            ("active raid1 sda[0]\n 12 blocks [2/1] [_U]\n\tresync=REMOTE\n", .resync, 0),
            ("active raid1 sda[0]\n 12 blocks [9/9] [2/1] [_U]\n bitmap: 1\n check = 8% (1/12)\n", .check, 1),
            ("active raid1 sda[0]\n 12 blocks [2/1] [_U]", .active, 12),
            // The line behind belongs to another array, whatever is in its name.
            ("active raid0 sda[0]\n 12 blocks\nmd_resync : active linear sdb[0]\n 1 blocks\n", .active, 12),
        ] as [(String, MDStatus.State, UInt64)])
    func arrayStates(_ text: String, _ state: MDStatus.State, _ synced: UInt64) throws {
        var status = MDStatus()
        try Array("Personalities : [raid1]\nmd0 : \(text)".utf8).withUnsafeBytes { bytes in try status.parse(bytes) }
        #expect(status.arrays.first?.state == state)
        #expect(status.arrays.first?.syncedBlocks == synced)
    }

    @Test(arguments: [
        ("temp1_input", "temp1", "input"), ("temp", "temp0", ""), ("temp01_max_alarm", "temp1", "max_alarm"),
        ("beep_enable", "beep_enable0", ""), ("pwm2_auto_point1_temp", "pwm2", "auto_point1_temp"),
    ])
    func sensorFiles(_ name: String, _ sensor: String, _ property: String) {
        let file = SensorFileName(name)
        #expect(file?.sensor == sensor)
        #expect(file?.property == property)
    }

    @Test(arguments: [
        "name", "uevent", "temp1_", "temp1x_input", "temperature1_input", "temp_input", "1_input", "",
        "temp99999999999999999999_input",
    ])
    func otherFiles(_ name: String) {
        #expect(SensorFileName(name) == nil)
    }

    @Test(arguments: [
        ("applesmc.768", "applesmc_768"), ("0000:00:18.3", "0000:00:18_3"), ("_Power Meter_", "power_meter"),
        ("näme", "n_me"), ("...", ""),
    ])
    func cleanNames(_ text: String, _ name: String) {
        #expect(HardwareMonitorName.clean(text) == name)
    }

    @Test(arguments: [
        ("package", "package"), ("a-._b", "a_b"), ("a__b", "a__b"), ("psys.", "psys_"), ("dram uncore", "dram_uncore"),
    ])
    func energyNames(_ zone: String, _ name: String) {
        #expect(RaplCollector.metricName(zone) == "node_rapl_\(name)_joules_total")
    }

    @Test(arguments: [
        ("nvme0n1", "1"), ("nvme12n34", "34"), ("nvme0c0n1", nil), ("ng0n1", nil), ("nvme0n1p1", nil), ("nvme0", nil),
        ("nvmen1", nil),
    ])
    func namespaces(_ name: String, _ number: String?) {
        #expect(NvmeCollector.namespaceNumber(name) == number)
    }

    @Test(arguments: [("0x1003", "up"), ("0x1002", "down"), ("", "unknown"), ("4099", "unknown"), (nil, "unknown")])
    func administrativeStates(_ flags: String?, _ state: String) {
        #expect(NetclassCollector.administrativeState(flags) == state)
    }

    @Test(arguments: [
        ("cpu\n", 3, "a decimal number"), ("cpu 1 x 1\n", 6, "a decimal number"), ("cpu 1 2\n", 7, "a decimal number"),
        ("#\n\n", 2, "a controller's name"),
    ])
    func damagedControlGroups(_ text: String, _ offset: Int, _ expected: String) {
        var lines: [CgroupsCollector.Line] = []
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in try CgroupsCollector.parse(bytes, into: &lines) }
        }
    }

    @Test(arguments: [
        ("0: ns:x", 6, "a decimal number"), ("0: ns:", 6, "a decimal number"), ("1: oos:1k\n", 7, "a decimal number"),
    ])
    func damagedMirrors(_ text: String, _ offset: Int, _ expected: String) {
        var status = DRBDStatus()
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in try status.parse(bytes) }
        }
    }

    /// What stands before the first device, what nobody knows and what is cut off is passed over.
    @Test func mirrors() throws {
        var status = DRBDStatus()
        let text =
            "version: 9 ns:7 :\n 0: cs:Connected2 ro:Primary2/Primary ds:UpToDate zz:x 1: 2:\n\n17: ro:/ ds:a/b/c"
        try Array(text.utf8).withUnsafeBytes { bytes in try status.parse(bytes) }
        #expect(status.devices.count == 4)
        let values = (12..<17).map { status.devices[0].values[$0] }
        #expect(values == [0, 0, 1, 0, nil])
        #expect((13..<17).map { status.devices[3].values[$0] } == [0, 0, 0, 0])
    }

    @Test(
        arguments: [
            ("8.0 GT/s PCIe\n", true, 8e9), ("2.5 GT/s\n", true, 2.5e9), ("Unknown\n", true, nil), ("\n", false, nil),
            ("16\n", false, 16), ("Unknown speed\n", true, nil),
        ] as [(String, Bool, Double?)])
    func links(_ text: String, _ isSpeed: Bool, _ value: Double?) throws {
        let parsed = try Array(text.utf8).withUnsafeBytes { try PCIDevice.parse($0, isSpeed: isSpeed) }
        #expect(parsed == value)
    }

    @Test(arguments: [("8.0 MT/s", 4, "GT/s"), ("fast", 0, "a decimal number")])
    func damagedLinks(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { _ = try PCIDevice.parse($0, isSpeed: true) }
        }
    }

    @Test(arguments: ["0000:00:02.1", "10000:e1:00.0"]) func locations(_ name: String) {
        #expect(
            PcideviceCollector.location(name)?.joined(separator: " ")
                == name.replacing(".", with: ":").replacing(":", with: " "))
    }

    @Test(arguments: ["pci0000:00", "0000:00:02", "0000:00:zz.1", "", "0000:00:02.1.2", "00:02.1"])
    func otherLocations(_ name: String) {
        #expect(PcideviceCollector.location(name) == nil)
    }

    @Test func texts() {
        func trimmed(_ text: String) -> String {
            Array(text.utf8).withUnsafeBytes { String(decoding: AttributeTexts.trimmed($0), as: UTF8.self) }
        }
        #expect(trimmed(" a b \n") == "a b")
        #expect(trimmed("\n") == "")
        #expect(trimmed(String(repeating: "x", count: 200)) == String(repeating: "x", count: 128))
    }

    @Test func search() {
        Array("(S) a (S)(S".utf8).withUnsafeBytes { bytes in
            let cursor = ByteCursor(bytes)
            #expect(cursor.count(of: "(S)", in: 0..<11) == 2)
            #expect(cursor.firstIndex(of: "(S)", in: 1..<9) == 6)
            #expect(!cursor.contains("(S)", in: 7..<11))
            #expect(!cursor.contains("(S)", in: 3..<3))
        }
    }

    /// No bytes make a parser trap, and what it refuses lies within the text.
    @Test func anyBytes() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let words = [
            "md0", " : ", "active ", "raid1", "raid0 ", "(F)", "[2/1]", " [U_]", "\n", " 12", " blocks", "bitmap",
        ]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<20, using: &random)).flatMap { _ in
                let word = Array(words[Int.random(in: 0..<words.count, using: &random)].utf8)
                return Bool.random(using: &random) ? word : [UInt8.random(in: 0...255, using: &random)]
            }
            var status = MDStatus()
            var mirrors = DRBDStatus()
            var groups: [CgroupsCollector.Line] = []
            let parsers: [(UnsafeRawBufferPointer) throws -> Void] = [
                { try status.parse($0) }, { try mirrors.parse($0) }, { try CgroupsCollector.parse($0, into: &groups) },
                { _ = try PCIDevice.parse($0, isSpeed: true) }, { _ = try NumberFile.parse($0, .hexadecimal) },
            ]
            for parse in parsers { check(bytes, parse, seed) }
        }
    }

    private func check(_ bytes: [UInt8], _ parse: (UnsafeRawBufferPointer) throws -> Void, _ seed: UInt64) {
        do {
            try bytes.withUnsafeBytes { try parse($0) }
        } catch let damage as DamagedText {
            #expect((0...bytes.count).contains(damage.byteOffset), "seed \(seed): \(bytes)")
        } catch { Issue.record("\(error)") }
    }
}
