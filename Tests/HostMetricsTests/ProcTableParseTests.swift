import MetricModel
import TestValues
import Testing

@testable import HostMetrics

/// The parsers of the tables of /proc on texts that the kernel does not write, or writes seldom.
@Suite struct ProcTableParseTests {
    @Test(arguments: [
        ("Node 0, zone DMA 1 2\n", nil), ("Node x, zone DMA 1\n", Damage(5, "a decimal number")),
        ("Node 0, zone\n", Damage(0, "a node's number and a zone")),
        ("zone DMA\n", Damage(0, "a node's number and a zone")),
        ("Node 0, zone DMA 1 z\n", Damage(19, "a decimal number")),
        ("Node 0, zone A 1 2\nNode 0, zone B 1\n", Damage(35, "as many sizes as in the first line")),
    ])
    func freeBlocks(_ text: String, _ expected: Damage?) {
        var lines: [BuddyinfoCollector.Line] = []
        var values: [UInt64] = []
        let found = damage(text) { bytes in
            try BuddyinfoCollector.parse(bytes, into: &lines, &values)
        }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("CPU0 CPU1\n NMI: 1 2 x\n", nil), ("", Damage(0, "a heading for each processor")),
        ("  \n", Damage(2, "a heading for each processor")), ("CPU0 1\n", Damage(5, "CPU and a number")),
        ("CPU1 CPU0\n", Damage(8, "processors in rising order")), ("CPU0\n NMI 1\n", Damage(6, "a name and a colon")),
        ("CPU0\n :1\n", Damage(6, "a name and a colon")), ("CPU0 CPU1\n NMI: 1 y x\n", Damage(18, "a decimal number")),
    ])
    func processorTables(_ text: String, _ expected: Damage?) {
        var table = ProcessorTable()
        #expect(damage(text) { bytes in try table.parse(bytes) } == expected)
    }

    /// Sums have one number for all processors; names may stand right before the numbers.
    @Test func linesOfAProcessorTable() throws {
        var table = ProcessorTable()
        let text = " CPU0 CPU4\n  7: 1 2  GIC 3 Edge  a, b  \nIPI0:3 4\nErr: 5\n   \n 8: 6\n"
        let bytes = Array(text.utf8)
        try bytes.withUnsafeBytes { bytes in try table.parse(bytes) }
        #expect(table.processors == [0, 4])
        #expect(table.lines.map { String(decoding: bytes[$0.name], as: UTF8.self) } == ["7", "IPI0"])
        #expect(table.lines.map { String(decoding: bytes[$0.rest], as: UTF8.self) } == ["GIC 3 Edge  a, b", ""])
        #expect(table.values == [1, 2, 3, 4])
    }

    @Test(arguments: [
        ("7", "GIC  3 Edge   a, b", "GIC", "3 Edge a, b"),
        ("NMI", "Non-maskable  interrupts", "Non-maskable interrupts", ""),
        ("7", "GIC", "GIC", ""),
    ])
    func sources(_ name: String, _ rest: String, _ info: String, _ devices: String) {
        #expect(InterruptsCollector.describe(name, rest) == .init(type: name, info: info, devices: devices))
    }

    @Test(arguments: [
        ("Filename Type\n/dev/a partition 1 2 -3\n", nil), ("Name\n", Damage(0, "the headings of the swap devices")),
        ("Filename\n/dev/a\n", Damage(15, "a swap device and its type")),
        ("Filename\n/dev/a file 1 2\n", Damage(24, "a decimal number")),
        ("Filename\n/dev/a file 1k 2 3\n", Damage(21, "a decimal number")),
    ])
    func swaps(_ text: String, _ expected: Damage?) {
        var lines: [SwapCollector.Line] = []
        #expect(damage(text) { bytes in try SwapCollector.parse(bytes, into: &lines) } == expected)
    }

    @Test(arguments: [
        ("slabinfo - version: 2.1\n# name\na 1 2 3 4 5 : tunables\n", nil),
        ("slabinfo - version: 1.1\n", Damage(0, "slabinfo - version: 2")),
        ("slabinfo - version: 2.1\na 1 2 3 4 : 5\n", Damage(34, "a decimal number")),
        ("slabinfo - version: 2.1\n\n", Damage(24, "a cache's name")),
    ])
    func slabs(_ text: String, _ expected: Damage?) {
        var lines: [SlabinfoCollector.Line] = []
        #expect(
            damage(text) { bytes in try SlabinfoCollector.parse(bytes, into: &lines) } == expected)
    }

    @Test(arguments: [
        ("sl\n 0: 0:1 0:0 0A 1:2 x\n", nil), ("sl\n 0: 0:1 0:0\n", Damage(14, "a hexadecimal number")),
        ("sl\n 0: 0:1 0:0 0A 1 2\n", Damage(19, "a colon between two queues")),
        ("sl\n 0: 0:1 0:0 ZZ 1:2\n", Damage(15, "a hexadecimal number")),
    ])
    func connections(_ text: String, _ expected: Damage?) {
        var totals = TCPStatCollector.Totals()
        #expect(
            damage(text) { bytes in try TCPStatCollector.parse(bytes, into: &totals) } == expected)
    }

    @Test(arguments: [
        ("a b\n1 f\n2 0\n", nil), ("", Damage(0, "the headings of the counters")),
        ("a b\n1\n", Damage(5, "a hexadecimal number")), ("a b\n1 2 3\n", Damage(8, "as many numbers as headings")),
        ("a b\n1 g\n", Damage(6, "a hexadecimal number")),
    ])
    func caches(_ text: String, _ expected: Damage?) {
        var values: [UInt64] = []
        #expect(
            damage(text) { bytes in _ = try LnstatCollector.parse(bytes, into: &values) }
                == expected)
    }

    @Test(arguments: [
        ("\nNode 0 A: 1 kB\nNode 0 B: 2\n", nil), ("A: 1 kB\n", Damage(0, "a node's number")),
        ("Node 0 A 1 kB\n", Damage(7, "a field name and a colon")),
        ("Node 0 A: 1 MB\n", Damage(12, "kB or the line's end")),
        ("Node 0 A: kB\n", Damage(10, "a decimal number")),
    ])
    func nodes(_ text: String, _ expected: Damage?) {
        var names: [Range<Int>] = []
        var values: [Double] = []
        let found = damage(text) { bytes in
            try MeminfoNumaCollector.parse(bytes, into: &names, &values)
        }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("1 (a) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 4 0\n", nil),
        ("1 a S 2\n", Damage(0, "a process's name in brackets")), ("1 (a)\n", Damage(5, "the letter of a state")),
        ("1 (a) SS 2\n", Damage(6, "the letter of a state")), ("1 (a) S 2 3\n", Damage(11, "a decimal number")),
    ])
    func processes(_ text: String, _ expected: Damage?) {
        #expect(damage(text) { bytes in _ = try ProcessesCollector.parse(bytes) } == expected)
    }

    @Test(arguments: [
        ("Node 0, zone DMA\n pages free 1\n min 2\n protection: (0, 1)\n cpu: 0\n pagesets\n", nil),
        ("Node 0 zone DMA\n", Damage(0, "a node's number and a zone")),
        ("Node 0, zone DMA\n min x\n", Damage(22, "a decimal number")),
        ("Node 0, zone DMA\n protection: 0\n", Damage(30, "numbers in brackets")),
        ("Node 0, zone DMA\n protection: (0, x)\n", Damage(34, "a decimal number")),
        ("Node 0, zone DMA\n protection: (0 1)\n", Damage(32, "a comma or the closing bracket")),
    ])
    func zones(_ text: String, _ expected: Damage?) {
        var zones = ZoneinfoText()
        #expect(damage(text) { bytes in try zones.parse(bytes) } == expected)
    }

    @Test(arguments: [
        ("1\t-2 3\n", nil), ("\n", Damage(1, "a number")), ("", Damage(0, "a number")),
        ("1 word\n", Damage(2, "a decimal number")),
    ])
    func kernelSettings(_ text: String, _ expected: Damage?) {
        var values: [Double] = []
        #expect(
            damage(text) { bytes in try SysctlCollector.parse(bytes, into: &values) } == expected)
    }

    @Test(arguments: [
        ("XfrmInHdrError", "node_xfrm_in_hdr_error_packets_total"),
        ("XfrmOutBundleCheckError", "node_xfrm_out_bundle_check_error_packets_total"), ("XfrmInIptfsError", nil),
    ])
    func transformationNames(_ field: String, _ name: String?) {
        #expect(XfrmCollector.family(field)?.name == name)
    }

    /// No bytes make a parser trap, and what it refuses lies within the text.
    @Test func anyBytes() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let beginnings = [
            "", "IP address\n", "entries\n", "Tcp: A\nTcp:", "CPU0 CPU1\n", "Filename\n", "slabinfo - version: 2.1\n",
            "sl\n 0: 0:1 0:0 0A 1:", "Node 0, zone ", "Node 0 A:", "cpu0 1 2 3", "some total=", "1 (a) S 1", "A=\"",
        ].map { Array($0.utf8) }
        let alphabet = Array("cpuNode zone0123456789af \t\n:-,.=()\"'\\\u{0}\u{ff}".utf8)
        for _ in 0..<6_000 {
            let bytes =
                beginnings[Int.random(in: 0..<beginnings.count, using: &random)]
                + (0..<Int.random(in: 0..<80, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            for damage in parseAll(bytes) {
                #expect((0...bytes.count).contains(damage.offset), "seed \(seed): \(bytes)")
            }
        }
    }

    private func parseAll(_ bytes: [UInt8]) -> [Damage] {
        var ranges: [Range<Int>] = []
        var numbers: [UInt64] = []
        var values: [Double] = []
        var indexes: [Int] = []
        var neighbours: [Range<Int>] = []
        var processors: [SchedstatCollector.Processor] = []
        var sockets: [SockstatCollector.Field] = []
        var packets: [SoftnetCollector.Line] = []
        var blocks: [BuddyinfoCollector.Line] = []
        var table = ProcessorTable()
        var swaps: [SwapCollector.Line] = []
        var slabs: [SlabinfoCollector.Line] = []
        var totals = TCPStatCollector.Totals()
        var zones = ZoneinfoText()
        return [
            damage(bytes) { text in try ARPCollector.parse(text, into: &neighbours) },
            damage(bytes) { text in _ = try ConntrackCollector.parse(text) },
            damage(bytes) { text in _ = try FilefdCollector.parse(text) },
            damage(bytes) { text in try NetstatCollector.parse(text, into: &ranges, &values) },
            damage(bytes) { text in try FieldLines.parse(text, into: &ranges, &values) },
            damage(bytes) { text in _ = try PressureCollector.parse(text) },
            damage(bytes) { text in try SchedstatCollector.parse(text, into: &indexes, &processors)
            },
            damage(bytes) { text in try SockstatCollector.parse(text, into: &sockets) },
            damage(bytes) { text in try SoftnetCollector.parse(text, into: &indexes, &packets) },
            damage(bytes) { text in _ = try UDPQueuesCollector.parse(text) },
            damage(bytes) { text in _ = try OSRelease.parse(Array(text)) },
            damage(bytes) { text in try BuddyinfoCollector.parse(text, into: &blocks, &numbers) },
            damage(bytes) { text in try table.parse(text) },
            damage(bytes) { text in try SwapCollector.parse(text, into: &swaps) },
            damage(bytes) { text in try SlabinfoCollector.parse(text, into: &slabs) },
            damage(bytes) { text in try TCPStatCollector.parse(text, into: &totals) },
            damage(bytes) { text in _ = try LnstatCollector.parse(text, into: &numbers) },
            damage(bytes) { text in try MeminfoNumaCollector.parse(text, into: &ranges, &values) },
            damage(bytes) { text in _ = try ProcessesCollector.parse(text) },
            damage(bytes) { text in try zones.parse(text) },
            damage(bytes) { text in try SysctlCollector.parse(text, into: &values) },
        ].compactMap { $0 }
    }
}
