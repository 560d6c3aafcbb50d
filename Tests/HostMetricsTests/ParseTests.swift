import LinuxSystem
import TestValues
import Testing

@testable import HostMetrics

/// The parsers on texts that the kernel does not write, or writes seldom.
@Suite struct ParseTests {
    @Test(arguments: [
        ("", 0, "a decimal number"), ("1.2", 3, "a decimal number"), ("0.1 x 3", 4, "a decimal number"),
        ("0.1 0.2 0.3x", 8, "a decimal number"), ("1.1.1 2 3", 0, "a decimal number"),
        ("12345678901234567890 1 1", 0, "a decimal number"),
    ])
    func damagedLoad(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in _ = try LoadavgCollector.parse(bytes) }
        }
    }

    @Test(arguments: [
        ("MemTotal 12 kB\n", 0, "a field name and a colon"), ("MemTotal: x kB\n", 10, "a decimal number"),
        ("A: 1 kB\nB: 2 MB\n", 13, "kB or the line's end"), ("A: 1 kB x\n", 7, "kB or the line's end"),
        ("\n", 0, "a field name and a colon"), ("A: 99999999999999999999 kB\n", 3, "a 64-bit number"),
        ("A: 18446744073709551615 kB\n", 2, "a 54-bit number of kB"),
    ])
    func damagedMemory(_ text: String, _ offset: Int, _ expected: String) {
        var fields: [MeminfoCollector.Field] = []
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in try MeminfoCollector.parse(bytes, into: &fields) }
        }
    }

    @Test(arguments: [
        ("Active(anon)", true, "node_memory_Active_anon_bytes"),
        ("HugePages_Total", false, "node_memory_HugePages_Total"),
        ("DirectMap4k", true, "node_memory_DirectMap4k_bytes"), ("odd-näme", true, "node_memory_odd_n__me_bytes"),
    ])
    func memoryNames(_ field: String, _ isInBytes: Bool, _ name: String) {
        let made = Array(field.utf8).withUnsafeBytes { MeminfoCollector.metricName($0, isInBytes: isInBytes) }
        #expect(made == name)
    }

    @Test(arguments: [
        ("cpuX 1 2\n", 3, "a decimal number"), ("cpu0 1 -2\n", 7, "a decimal number"),
        ("intr \n", 5, "a decimal number"), ("ctxt 12q\n", 5, "a decimal number"),
        ("cpu99999999 1\n", 3, "a processor's number"), ("softirq 1 2 x\n", 12, "a decimal number"),
    ])
    func damagedStatistics(_ text: String, _ offset: Int, _ expected: String) {
        var statistics = KernelStatistics()
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in try statistics.parse(bytes) }
        }
    }

    @Test func statisticsWithUnknownLinesAndNoLastLineFeed() throws {
        var statistics = KernelStatistics()
        try Array("page 1 2\ncpu7 1 2 3\nctxt 5".utf8).withUnsafeBytes { bytes in try statistics.parse(bytes) }
        #expect(statistics.processors.map(\.number) == [7])
        #expect(statistics.processors[0].tickCount == 3)
        #expect(statistics.contextSwitches == 5)
        #expect(statistics.forks == nil)
    }

    @Test(arguments: [
        ("8 0\n", 3, "a device's name"), ("8 x sda 1\n", 2, "a decimal number"),
        ("8 0 sda 1 2 3 4 5 6 7 8 9 10 z\n", 29, "a decimal number"), ("sda\n", 0, "a decimal number"),
    ])
    func damagedDisks(_ text: String, _ offset: Int, _ expected: String) {
        var lines: [DiskstatsCollector.Line] = []
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in try DiskstatsCollector.parse(bytes, into: &lines) }
        }
    }

    @Test func disksOfNewerKernelsHaveMoreColumnsThanWeKnow() throws {
        var lines: [DiskstatsCollector.Line] = []
        let text = "8 0 sda " + (1...20).map(String.init).joined(separator: " ") + "\n"
        try Array(text.utf8).withUnsafeBytes { bytes in try DiskstatsCollector.parse(bytes, into: &lines) }
        #expect(lines.map(\.valueCount) == [17])
        #expect(lines.first?.values[16] == 17)
    }

    @Test(arguments: [
        ("h\nh\n eth0 1\n", 5, "an interface's name and a colon"),
        ("h\nh\n:1 2\n", 4, "an interface's name and a colon"),
        ("h\nh\neth0:1 2\n", 12, "a decimal number"), ("h\nh\neth0: 1 b\n", 12, "a decimal number"),
    ])
    func damagedInterfaces(_ text: String, _ offset: Int, _ expected: String) {
        var lines: [NetdevCollector.Line] = []
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in try NetdevCollector.parse(bytes, into: &lines) }
        }
    }

    @Test(arguments: [
        ("x", 0, "a decimal number"), ("1 2 3 / / rw - ext4 /dev/a rw\n", 5, "a device's two numbers"),
        ("1 2 3:4 / /\n", 11, "a mount's options"),
        ("1 2 3:4 / / rw shared:1\n", 23, "a hyphen before the filesystem's type"),
        ("1 2 3:4 / / rw - ext4 /dev/a\n", 28, "the filesystem's options"), ("\n", 0, "a decimal number"),
    ])
    func damagedMounts(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in _ = try MountTable.parse(bytes) }
        }
    }

    @Test(arguments: [
        ("rw", "rw", false), ("ro", "rw", true), ("rw", "ro", true), ("rw", "rw,emergency_ro", true),
        ("rw,noro,rox", "rw,errors=ro", false), ("rw,relatime,ro", "rw", true),
    ])
    func readOnlyMounts(_ options: String, _ superOptions: String, _ isReadOnly: Bool) throws {
        let text = #"1 2 3:4 / /a\040b\134c\011\012\08 \#(options) a:1 b:2 - t s\040d \#(superOptions)"#
        let mounts = try Array(text.utf8).withUnsafeBytes { bytes in try MountTable.parse(bytes) }
        let expected = MountTable.Mount(
            number: 1, parent: 2, device: #"s\040d"#, mountPoint: "/a b\\c\t\n\\08", type: "t", major: "3", minor: "4",
            isReadOnly: isReadOnly
        )
        #expect(mounts == [expected])
    }

    @Test(arguments: [("", []), ("\n", []), ("3\n", [3]), ("0-2,5,7-7\n", [0, 1, 2, 5, 7])] as [(String, [Int])])
    func processorRanges(_ text: String, _ numbers: [Int]) throws {
        let parsed = try Array(text.utf8).withUnsafeBytes { bytes in try CPUTopology.parseRanges(bytes) }
        #expect(parsed == numbers)
    }

    @Test(arguments: [
        ("2-1", 0, "a range of processors"), ("1-", 2, "a decimal number"), ("0-70000", 0, "a range of processors"),
        ("1;2", 1, "a comma"), ("0-60000,0-60000", 8, "a range of processors"),
    ])
    func damagedRanges(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { bytes in _ = try CPUTopology.parseRanges(bytes) }
        }
    }

    @Test func udevPropertiesAreTheLinesWithE() {
        let text = "S:x\nE:A=1\nE:B=\nE:noequals\nE:C=a=b\n"
        let properties = Array(text.utf8).withUnsafeBytes { UdevProperties.parse($0) }
        #expect(properties == ["A": "1", "B": "", "C": "a=b"])
    }

    /// No bytes make a parser trap, and what it refuses lies within the text.
    @Test func anyBytes() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let alphabet = Array("cpu0123456789 \t\n:-,./intr softirq kB()\\040\u{0}\u{ff}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<80, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            for damage in parseAll(bytes) {
                #expect((0...bytes.count).contains(damage.byteOffset), "seed \(seed): \(bytes)")
            }
        }
    }

    private func parseAll(_ bytes: [UInt8]) -> [DamagedText] {
        var fields: [MeminfoCollector.Field] = []
        var disks: [DiskstatsCollector.Line] = []
        var interfaces: [NetdevCollector.Line] = []
        var statistics = KernelStatistics()
        return [
            damage(bytes) { _ = try LoadavgCollector.parse($0) },
            damage(bytes) { try MeminfoCollector.parse($0, into: &fields) },
            damage(bytes) { try DiskstatsCollector.parse($0, into: &disks) },
            damage(bytes) { try NetdevCollector.parse($0, into: &interfaces) },
            damage(bytes) { try statistics.parse($0) },
            damage(bytes) { _ = try MountTable.parse($0) },
            damage(bytes) { _ = try CPUTopology.parseRanges($0) },
            damage(bytes) { _ = CPUInformation.parse($0) },
            damage(bytes) { _ = UdevProperties.parse($0) },
            damage(bytes) { _ = TimeCollector.parse($0) },
        ].compactMap { $0 }
    }

    private func damage(_ bytes: [UInt8], _ parse: (UnsafeRawBufferPointer) throws -> Void) -> DamagedText? {
        do {
            try bytes.withUnsafeBytes { try parse($0) }
            return nil
        } catch let damage as DamagedText {
            return damage
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }
}
