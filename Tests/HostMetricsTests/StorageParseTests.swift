import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// The parsers of storage and server hardware on texts that the kernel does not write, or writes seldom.
@Suite struct StorageParseTests {
    private static func expectDamage(
        _ text: String, _ offset: Int, _ expected: String, _ parse: (UnsafeRawBufferPointer) throws -> Void
    ) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { try parse($0) }
        }
    }

    private static func parsed<Value>(_ text: String, _ parse: (inout ByteCursor) throws -> Value) throws -> Value {
        try Array(text.utf8).withUnsafeBytes { bytes in
            var cursor = ByteCursor(bytes)
            return try parse(&cursor)
        }
    }

    @Test(arguments: [
        ("rc 1 2\n", 6, "a decimal number"), ("rc 1 2 -3\n", 7, "a decimal number"),
        ("proc2 3 1 2\n", 5, "as many numbers as the line says"),
        ("proc2 1 1 2\n", 5, "as many numbers as the line says"), ("proc2 2 1 x\n", 10, "a decimal number"),
        ("th \n", 3, "a decimal number"), ("net 1 2 3 18446744073709551616\n", 10, "a 64-bit number"),
    ])
    func damagedServerCounters(_ text: String, _ offset: Int, _ expected: String) {
        var values = [UInt64](repeating: 0, count: NFSServerCollector.lines.flatMap(\.metrics).count)
        Self.expectDamage(text, offset, expected) {
            try NumberLines.parse($0, NFSServerCollector.lines, into: &values)
        }
    }

    @Test func linesOfOtherKernelsCountNothingOrAreReadOver() throws {
        var values = [UInt64](repeating: 7, count: XFSFamilies.lines.flatMap(\.metrics).count)
        let text = "novelty a b c\nrw 5 6 7 8\n\nextent_allocate 9"
        try Array(text.utf8).withUnsafeBytes { try NumberLines.parse($0, XFSFamilies.lines, into: &values) }
        #expect(values.filter { $0 != 0 } == [5, 6])
    }

    @Test func aCountedLineMayBeShorterOrLongerThanTheTable() throws {
        let family = MetricFamily("a", .counter, help: "")
        let lines = [NFSMethods.line("p", "2", ["A", "B"], in: family)]
        for (text, expected) in [("p 1 5", [5, 0]), ("p 3 5 6 7\n", [5, 6]), ("p 0\n", [0, 0])] {
            var values: [UInt64] = [9, 9]
            try Array(text.utf8).withUnsafeBytes { try NumberLines.parse($0, lines, into: &values) }
            #expect(values == expected.map(UInt64.init), "\(text)")
        }
    }

    @Test(arguments: [
        ("h\nh\n 1 2 3 4\n", 12, "a hexadecimal number"), ("h\nh\n 1 2 3 4 0x5\n", 13, "a hexadecimal number"),
        ("", 0, "a hexadecimal number"), ("h\nh\n 1 2 3 4 11112222333344445\n", 13, "a hexadecimal number"),
    ])
    func damagedBalancerTotals(_ text: String, _ offset: Int, _ expected: String) {
        Self.expectDamage(text, offset, expected) { _ = try IPVSCollector.parseTotals($0) }
    }

    private static let address = "an address and a port in hexadecimal"
    @Test(arguments: [
        ("  -> 0A000B15:01BB Masq 1 2 3\n", 2, "a service"),
        ("TCP  0A000B1:01BB rr\n", 5, address), ("TCP  0A000B1x:01BB rr\n", 5, address),
        ("TCP  0A000B15-01BB rr\n", 5, address), ("TCP  0A000B15:01Bx rr\n", 14, "a hexadecimal number"),
        ("UDP  [fd00:000a:0000:0000:0000:0000:0000-0001]:0035 rr\n", 5, address),
        ("UDP  (fd00:000a:0000:0000:0000:0000:0000:0001):0035 rr\n", 5, address),
        ("FWM  7 rr\n  -> 0A000B15:01BB Masq 1 2\n", 37, "a decimal number"),
        ("FWM  7 rr\n  -> 0A000B15:01BB Masq -1 2 3\n", 34, "a decimal number"),
    ])
    func damagedBackends(_ text: String, _ offset: Int, _ expected: String) {
        let heading = "h\nh\nh\n"
        var backends: [IPVSBackend] = []
        Self.expectDamage(heading + text, heading.utf8.count + offset, expected) {
            try IPVSBackend.parse($0, into: &backends)
        }
    }

    @Test(
        arguments: [
            ([0, 0, 0, 0, 0, 0, 0, 0], "::"), ([0, 0, 0, 0, 0, 0, 0, 1], "::1"), ([1, 0, 0, 0, 0, 0, 0, 0], "1::"),
            ([0x2001, 0xdb8, 0, 1, 0, 0, 0, 0x10], "2001:db8:0:1::10"),
            ([1, 0, 0, 2, 0, 0, 3, 4], "1::2:0:0:3:4"), ([1, 0, 2, 3, 4, 5, 6, 0], "1:0:2:3:4:5:6:0"),
        ] as [([UInt64], String)])
    func longAddresses(_ groups: [UInt64], _ text: String) {
        #expect(IPVSBackend.Address.sixText(groups) == text)
    }

    @Test(arguments: [
        ("", 0, "name, type and data"), ("1 2\nname data\n", 13, "name, type and data"),
        ("1\nname type data\na 4 x\n", 21, "a decimal number"), ("1\nname type data\na 4\n", 20, "a decimal number"),
        ("1\nname type data\na 3 -\n", 22, "a decimal number"), ("1\nname type data\na 4 1x\n", 21, "a decimal number"),
    ])
    func damagedKstat(_ text: String, _ offset: Int, _ expected: String) {
        var content = ZFSKstat.Content()
        Self.expectDamage(text, offset, expected) { try ZFSKstat.parse($0, into: &content) }
    }

    @Test func kstatTypesThatAreNotNumbersAreReadOver() throws {
        var content = ZFSKstat.Content()
        let text = "1\nname type data\na 7 text\nb 1 -5\n\nc 3 -5\ndataset_name  7  a b  \n"
        try Array(text.utf8).withUnsafeBytes { bytes in
            try ZFSKstat.parse(bytes, into: &content)
            #expect(content.fields.map(\.value) == [-5])
            #expect(content.dataset.map { String(decoding: bytes[$0], as: UTF8.self) } == "a b  ")
        }
    }

    @Test(arguments: [
        ("1\nnread nwritten\n1\n", 18, "a decimal number"), ("1\nnread\nx\n", 8, "a decimal number"),
        ("1\nnread", 7, "a decimal number"),
    ])
    func damagedPoolIO(_ text: String, _ offset: Int, _ expected: String) {
        var columns: [(name: Range<Int>, value: Double)] = []
        Self.expectDamage(text, offset, expected) { try ZFSPool.parseIO($0, into: &columns) }
    }

    @Test(arguments: [
        ("rate: x/sec\n", 6, "a decimal number"), ("rate: 1.k/sec\n", 8, "a decimal number"),
        ("rate: 1.1M/min\n", 10, "the line's end"), ("dirty: x\ntarget: 1Q\n", 18, "the line's end"),
    ])
    func damagedWriteback(_ text: String, _ offset: Int, _ expected: String) {
        var values: [Double?] = []
        Self.expectDamage(text, offset, expected) {
            try BcacheSet.parseLines($0, BcacheFamilies.writeback.map(\.key), into: &values)
        }
    }

    @Test(arguments: [
        ("0", 0), ("1023", 1023), ("1.1k", 1124), ("1.10k", 2024), ("-790.0k", -808_960), ("20.4G", 21_894_266_880),
        ("3.9Z", 4579404216298396188672),
    ])
    func bcacheNumbers(_ text: String, _ value: Double) throws {
        #expect(try Self.parsed(text) { try $0.bcacheNumber() } == value)
    }

    @Test(arguments: [
        ("302707", 302_707), ("2.05G", 2_201_170_739), ("62.5k", 64_000), ("10.8T", 11_874_725_579_980),
        ("1.5e", 1_729_382_256_910_270_464),
        ("11299659571772285102", 11_299_659_571_772_284_928), ("0", 0),
    ])
    func bcachefsNumbers(_ text: String, _ value: Double) throws {
        #expect(try Self.parsed(text) { try $0.binaryNumber() } == value)
    }

    @Test(arguments: [
        ("h\nlz4 1.2.3G 1G\n", BcachefsTexts.Form.compression, 6, "a number in powers of 1024"),
        ("h\nlz4 1G\n", .compression, 8, "a decimal number"),
        ("h\na: 1 2x\n", .writes, 7, "a number in powers of 1024"),
        ("h\na: 1k 2\n", .writes, 5, "a decimal number"), ("bad -1 5\n", .errors, 4, "a decimal number"),
    ])
    func damagedTables(_ text: String, _ form: BcachefsTexts.Form, _ offset: Int, _ expected: String) {
        var rows: [BcachefsTexts.Row] = []
        Self.expectDamage(text, offset, expected) { try BcachefsTexts.parse($0, form, into: &rows) }
    }

    @Test(arguments: [
        ("read:\nsb 1\n", 6, "a name and a colon"), ("read:\nsb : x\n", 11, "a decimal number"),
        ("write:\nsb :\n", 11, "a decimal number"),
    ])
    func damagedTraffic(_ text: String, _ offset: Int, _ expected: String) {
        var reads: [BcachefsTexts.Row] = []
        var writes: [BcachefsTexts.Row] = []
        Self.expectDamage(text, offset, expected) { try BcachefsTexts.parseDone($0, reads: &reads, writes: &writes) }
    }

    @Test func deviceErrorsAreThoseSinceCreation() throws {
        var rows: [BcachefsTexts.Row] = []
        let text =
            "IO errors since 8 y ago\n  read: 9\nIO errors since filesystem creation\n  read: 4\n\n  write:5\nIO errors since 1 d\n x: y\n"
        try Array(text.utf8).withUnsafeBytes { try BcachefsTexts.parseErrors($0, into: &rows) }
        #expect(rows.map(\.first) == [4, 5])
        Self.expectDamage("IO errors since filesystem creation\n read 4\n", 37, "a name and a colon") {
            try BcachefsTexts.parseErrors($0, into: &rows)
        }
    }

    @Test(arguments: [
        ("", 0, "since filesystem creation"), ("since boot: 1\n", 0, "since filesystem creation"),
        ("since filesystem creation: x\n", 27, "a decimal number"),
    ])
    func damagedCounter(_ text: String, _ offset: Int, _ expected: String) {
        Self.expectDamage(text, offset, expected) { _ = try BcachefsTexts.parseCounter($0) }
    }

    @Test(arguments: [("ACTIVE", 0, "a decimal number"), ("4 ACTIVE", 1, "a number and a colon")])
    func damagedPortState(_ text: String, _ offset: Int, _ expected: String) {
        Self.expectDamage(text, offset, expected) { bytes in
            var cursor = ByteCursor(bytes)
            _ = try InfiniBandFamilies.state(&cursor)
        }
    }

    @Test func portRatesAndCounts() throws {
        #expect(try Self.parsed("2.5 Gb/sec (1X SDR)\n") { try InfiniBandFamilies.rate(&$0) } == 312_500_000)
        #expect(throws: DamagedText.self) { try Self.parsed("40 Mb/sec\n") { try InfiniBandFamilies.rate(&$0) } }
        #expect(try Self.parsed("N/A (no PMA)\n") { try InfiniBandFamilies.count(&$0) } == nil)
        #expect(throws: DamagedText.self) { try Self.parsed("1-\n") { try InfiniBandFamilies.count(&$0) } }
    }

    @Test(
        arguments: [
            ("0x1f\n", 31), ("31\n", 31), ("0xffffffffffffffff\n", nil), ("18446744073709551615\n", nil),
        ] as [(String, UInt64?)])
    func adapterCounts(_ text: String, _ value: UInt64?) throws {
        #expect(try Array(text.utf8).withUnsafeBytes { try FibreChannelCollector.count($0) } == value)
        Self.expectDamage("0xg", 2, "a hexadecimal number") { _ = try FibreChannelCollector.count($0) }
    }

    @Test(arguments: [
        ("single", 1), ("dup", 2), ("raid1c3", 3), ("raid1c4", 4), ("raid5", 4.0 / 3), ("raid6", 2), ("raid99", 0),
    ])
    func allocationRatios(_ mode: String, _ ratio: Double) {
        #expect(BtrfsFilesystem.ratio(mode, deviceCount: 4) == ratio)
    }

    @Test(arguments: [
        ("device a at b\n", 8, "mounted on"), ("device a mounted on b\n", 21, "with fstype"),
        ("device a mounted on b with fstype nfs statvers=1.1\n\tage: x\n", 57, "a decimal number"),
        ("device a mounted on b with fstype nfs statvers=1.1\nbytes: 1 2\n", 61, "a decimal number"),
        ("device a mounted on b with fstype nfs4 statvers=1.1\nevents: 1 2\n", 63, "a decimal number"),
        ("device a mounted on b with fstype nfs4 statvers=1.1\nxprt: sctp 1\n", 58, "tcp, udp or rdma"),
        ("device a mounted on b with fstype nfs4 statvers=1.1\nxprt: udp 1 2 3 4 5 6\n", 73, "a decimal number"),
        ("device a mounted on b with fstype nfs4 statvers=1.1\nxprt: udp 1 2 3 4 5 6 7 8\n", 77, "a decimal number"),
        (
            "device a mounted on b with fstype nfs4 statvers=1.1\nper-op statistics\n READ 1\n", 71,
            "an operation and a colon"
        ),
        (
            "device a mounted on b with fstype nfs4 statvers=1.1\nper-op statistics\n READ: 1 2\n", 80,
            "a decimal number"
        ),
    ])
    func damagedMountStatistics(_ text: String, _ offset: Int, _ expected: String) {
        var parsed = MountstatsText()
        Self.expectDamage(text, offset, expected) { try parsed.parse($0) }
    }

    @Test func mountsWithoutStatisticsAndOlderTransports() throws {
        var parsed = MountstatsText()
        let text = """
            device a mounted on b with fstype nfs
            device c mounted on d with fstype cifs statvers=9
            device e mounted on f with fstype nfs4 statvers=1.0
            xprt: tcp 1 2 3 4 5 6 7 8 9 10
            xprt: rdma 1 2 3 4 5 6 7 8 9 10 77 78 79 80
            no device mounted on g with fstype tmpfs
            """
        try Array(text.utf8).withUnsafeBytes { try parsed.parse($0) }
        #expect(parsed.mounts.count == 1)
        #expect(parsed.transports.map { $0.values[9] } == [10, 10])
        #expect(parsed.transports.map { $0.values[10] } == [0, 0])
    }

    @Test func theServersAddressIsNotTheMountDaemonsNorTheClients() {
        var addresses: [Range<Int>] = []
        let text = """
            1 0 8:1 / / rw - ext4 /dev/sda1 rw,addr=1.1.1.1
            2 1 0:4 / /a rw shared:3 - nfs x:/a rw,mountaddr=2.2.2.2,clientaddr=3.3.3.3,addr=4.4.4.4,local_lock=none
            3 1 0:5 / /b rw - nfs4 x:/b rw
            4
            5 1 0:6 / /c rw - nfs4 x:/c addr=::1
            """
        let found = Array(text.utf8).withUnsafeBytes { bytes in
            MountstatsText.parseAddresses(bytes, into: &addresses)
            return addresses.map { String(decoding: bytes[$0], as: UTF8.self) }
        }
        #expect(found == ["4.4.4.4", "", "::1"])
    }
}
