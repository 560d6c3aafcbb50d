import JSONText
import LinuxSystem
import TestValues
import Testing

@testable import HostMetrics

/// The parsers of cgroups, processes and of what runtimes write down.
@Suite struct ContainerParseTests {
    @Test(arguments: [
        ("usage_usec x\n", 11, "a decimal number"), ("\n", 0, "a key and a number"),
        ("other 1\nusage_usec -2\n", 19, "a decimal number"), ("usage_usec", 10, "a decimal number"),
    ])
    func damagedKeys(_ text: String, _ offset: Int, _ expected: String) {
        var values: [Double] = []
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { try CgroupText.parseKeyed($0, ["usage_usec"], into: &values) }
        }
    }

    @Test func keysInAnyOrderAndNotAll() throws {
        var values: [Double] = []
        try Array("c 3\nx word\na 1\nab 9".utf8).withUnsafeBytes { bytes in
            try CgroupText.parseKeyed(bytes, ["a", "b", "c"], into: &values)
        }
        #expect(values[0] == 1 && values[1].isNaN && values[2] == 3)
    }

    @Test(arguments: [
        ("", 0, "a decimal number"), ("maximum\n", 3, "the word's end"), ("12 13\n", 3, "the line's end"),
        ("1x\n", 0, "a decimal number"),
    ])
    func damagedLimits(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { _ = try CgroupText.parseLimit($0) }
        }
    }

    @Test(arguments: [
        ("some avg10=0 avg60=0 avg300=0 total=x\n", 36, "a decimal number"), ("none\n", 0, "some or full"),
        ("some a b c d=1\n", 11, "total="),
    ])
    func damagedPressure(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { _ = try CgroupText.parsePressure($0) }
        }
    }

    @Test(arguments: [("1\nx\n", 2, "a decimal number"), ("99999999999\n", 0, "a process's number")])
    func damagedProcesses(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { _ = try CgroupText.parseProcesses($0, limit: 1) }
        }
    }

    @Test(arguments: [
        ("8 rbytes=1\n", 1, "a device's two numbers"), ("8:0 rbytes=x\n", 11, "a decimal number"),
        ("x:0 rbytes=1\n", 0, "a decimal number"), ("8:0/../x rbytes=1\n", 2, "a decimal number"),
    ])
    func damagedDevices(_ text: String, _ offset: Int, _ expected: String) {
        var lines: [ContainerBlockIO.Line] = []
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { try ContainerBlockIO.parseVersion2($0, into: &lines) }
        }
    }

    @Test(arguments: [
        ("8:0 Read x\n", 9, "a decimal number"), ("Totals 5\n", 0, "a decimal number"),
        ("8 Read 1\n", 1, "a device's two numbers"),
    ])
    func damagedDevicesOfVersion1(_ text: String, _ offset: Int, _ expected: String) {
        var lines: [ContainerBlockIO.Line] = []
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { try ContainerBlockIO.parseVersion1($0, into: &lines) }
        }
    }

    @Test func aProcessMayCallItselfAnything() throws {
        let text = "12 (a) S (b 9) S 1 12 12 0 -1 0 0 0 0 0 7 8 0 0 20 0 3 0 4500 1024 9 18446744073709551615 1\n"
        let process = try Array(text.utf8).withUnsafeBytes { try ProcessText.parse($0) }
        #expect(process.userTicks == 7 && process.systemTicks == 8 && process.threadCount == 3)
        #expect(process.startTicks == 4500 && process.virtualBytes == 1024 && process.residentPages == 9)
        #expect(process.name == 4..<13)
    }

    @Test(arguments: [
        ("12 a S", 0, "a process's number and name"), (")(", 0, "a process's number and name"),
        ("1 (a) S 1 2 3\n", 13, "a decimal number"),
    ])
    func damagedProcess(_ text: String, _ offset: Int, _ expected: String) {
        #expect(throws: DamagedText(byteOffset: offset, expected: expected)) {
            try Array(text.utf8).withUnsafeBytes { _ = try ProcessText.parse($0) }
        }
    }

    private static func docker(_ text: String) throws(JSONError) -> ContainerNames.Description {
        try parse(text, ContainerText.parseDocker)
    }

    private static func parse<Value>(
        _ text: String, _ parse: (UnsafeRawBufferPointer) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        let bytes = Array(text.utf8)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 1, alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        return try parse(UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]))
    }

    @Test func descriptionsOfOtherShapes() throws {
        #expect(try Self.docker(#"{"Name":"a\"\u00e4/","Config":null}"#) == .init(name: "a\"ä/", image: ""))
        #expect(try Self.docker(#"{"Name":{"Name":"no"},"Config":[{"Image":"no"}]}"#) == .init())
        #expect(try Self.docker(#"{"Config":{"Labels":{"Image":"no"},"Image":"yes"},"Name":7}"#) == .init(image: "yes"))
        let long = String(repeating: "ä", count: 300)
        let cut = try Self.docker("{\"Name\":\"\(long)\",\"Config\":{\"Image\":\"\(long)\"}}")
        #expect(cut.name == String(long.prefix(256)) && cut.image == cut.name)
        let bundle = #"{"annotations":{"nerdctl/name":"n","x":"y","io.kubernetes.cri.image-name":["z"]}}"#
        #expect(try Self.parse(bundle, ContainerText.parseBundle) == .init(name: "n", image: ""))
        let store = #"[[1],7,{"id":"a","names":["x","y"]},{"names":{"no":1},"id":"b","metadata":"{}"}]"#
        #expect(
            try Self.parse(store, ContainerText.parseStore) == ["a": .init(name: "x"), "b": .init()])
    }

    @Test(arguments: ["", "{", #"{"Name":"a"} x"#, #"{"Config":{"Image":}}"#, "[1,2", "nul"])
    func brokenDescriptions(_ text: String) {
        #expect(throws: JSONError.self) { try Self.docker(text) }
    }

    @Test func brokenMetadataIsFoundWhereItIs() {
        #expect(throws: JSONError(.unexpectedEnd, at: 22)) {
            try Self.parse(#"[{"id":"a","metadata":"{"}]"#, ContainerText.parseStore)
        }
    }

    /// No bytes make a parser trap, and what it refuses lies within the text.
    @Test func anyBytes() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let alphabet = Array("some full total= 0123456789 \t\n:{}[],\"\\()max8:0 Read rbytes=\u{0}\u{ff}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<80, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            for offset in Self.offsets(bytes) {
                #expect((0...bytes.count).contains(offset), "seed \(seed): \(bytes)")
            }
        }
    }

    private static func offsets(_ bytes: [UInt8]) -> [Int] {
        var values: [Double] = []
        var lines: [ContainerBlockIO.Line] = []
        func offset(_ parse: (UnsafeRawBufferPointer) throws -> Void) -> Int? {
            do {
                try bytes.withUnsafeBytes { try parse($0) }
                return nil
            } catch let damage as DamagedText {
                return damage.byteOffset
            } catch {
                return (error as? JSONError)?.byteOffset ?? -1
            }
        }
        return [
            offset { try CgroupText.parseKeyed($0, ["some", "full"], into: &values) },
            offset { _ = try CgroupText.parseLimit($0) },
            offset { try CgroupText.parseNumbers($0, limit: 3, into: &values) },
            offset { _ = try CgroupText.parseProcesses($0, limit: 2) },
            offset { _ = try CgroupText.parsePressure($0) },
            offset { try ContainerBlockIO.parseVersion1($0, into: &lines) },
            offset { try ContainerBlockIO.parseVersion2($0, into: &lines) },
            offset { _ = try ProcessText.parse($0) },
            offset { _ = try ContainerText.parseDocker($0) },
            offset { _ = try ContainerText.parseBundle($0) },
            offset { _ = try ContainerText.parseStore($0) },
        ].compactMap { $0 }
    }
}
