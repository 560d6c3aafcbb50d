import DeviceProtocol
import Foundation
import TestValues
import Testing

/// HMAC-SHA-256 beside another implementation, for lengths around those of blocks.
@Suite struct OpenSSLTests {
    private static let path = "/usr/bin/openssl"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: path), "openssl is not installed"))
    func `codes are openssl's`() throws {
        for (keyCount, dataCount) in [(16, 0), (32, 55), (63, 56), (64, 63), (65, 64), (131, 65), (20, 1000)] {
            let key = (0..<keyCount).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
            let data = (0..<dataCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 1) }
            var hash = key.withUnsafeBytes { HMACSHA256(key: $0) }
            data.withUnsafeBytes { hash.update($0) }
            let code = hash.finish()
            let own = Hexadecimal.text((0..<32).map { code[$0] })
            #expect(own == (try openssl(key, data)), "\(keyCount) bytes of key, \(dataCount) of data")
        }
    }

    private func openssl(_ key: [UInt8], _ data: [UInt8]) throws -> String {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: Self.path)
        process.arguments = [
            "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + Hexadecimal.text(key), "-r",
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(data))
        try input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return String(text.prefix(64))
    }
}
