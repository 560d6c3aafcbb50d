import Testing

@testable import DeviceIntake

@Suite struct DeviceKeyFileTests {
    private let key = String(repeating: "0f", count: 16)

    @Test func `keys of several devices, comments, two keys of one`() throws {
        let text = "# keys\n\npump-3 0 \(key)\r\n\tpump-3\t7 \(key.uppercased())AA\nfan:1 255 \(key)"
        let keys = try DeviceKeyFile.parse(Array(text.utf8))
        #expect(keys.deviceCount == 2)
        #expect(keys["pump-3"]?.map(\.id) == [0, 7])
        #expect(keys["pump-3"]?[1].bytes == [UInt8](repeating: 0x0f, count: 16) + [0xaa])
        #expect(keys["pump-4"] == nil)
    }

    @Test(arguments: [
        ("pump-3 0", DeviceKeyFileError.parts(line: 2)), ("pump-3 0 KEY more", .parts(line: 2)),
        ("pump/3 0 KEY", .deviceID(line: 2)), ("pump-3 256 KEY", .keyID(line: 2)), ("pump-3 x KEY", .keyID(line: 2)),
        ("pump-3 0 KEYK", .key(line: 2)), ("pump-3 0 KEY0", .key(line: 2)), ("pump-3 0 0f", .key(line: 2)),
        ("pump-3 0 KEYKEYKEYKEYKEY", .key(line: 2)), ("pump-3 0 éKEY", .key(line: 2)),
        ("pump-3 0 KEY\npump-3 0 KEY", .repeated(line: 3, deviceID: "pump-3", keyID: 0)),
    ]) func `what is wrong is told with its line and without the key`(
        lines: String, error: DeviceKeyFileError
    ) throws {
        let text = "# first\n" + lines.replacing("KEY", with: key)
        #expect(throws: error) { try DeviceKeyFile.parse(Array(text.utf8)) }
        #expect(!error.description.contains(key))
    }
}
