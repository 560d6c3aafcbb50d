import Foundation
import Testing

/// The vectors on machines like the device's: this code compiled as Embedded Swift by check-embedded.sh, natively and as
/// an image without an operating system on QEMU. What it says is compared here with the vectors' own bytes.
@Suite(.serialized) struct EmbeddedTests {
    private static let script = NamedVector.directory.deletingLastPathComponent()
        .appending(path: "check-embedded.sh").path

    private static func hasTools(_ tools: String...) -> Bool {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return tools.allSatisfy { tool in
            directories.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
        }
    }

    @Test(.enabled(if: hasTools("bash", "swiftc", "clang"), "swiftc and clang are not in PATH"))
    func `all vectors in Embedded Swift on Linux`() throws {
        try check("linux")
    }

    @Test(
        .enabled(
            if: hasTools("bash", "swiftc", "riscv64-unknown-elf-gcc", "qemu-system-riscv32"),
            "gcc-riscv64-unknown-elf or qemu-system-misc is not installed"),
        arguments: ["rv32imac", "rv32imc"])
    func `all vectors on a bare RISC-V machine`(march: String) throws {
        try check(march)
    }

    private func check(_ machine: String) throws {
        let lines = try run(machine)
        let made = lines.filter { $0.first == "made" && $0.count == 3 }
        #expect(Dictionary(made.map { ($0[1], $0[2]) }) { $1 } == EmbeddedTests.encodable)
        #expect(lines.filter { $0.first == "ok" }.map { $0[1] } == NamedVector.all.map(\.name))
        #expect(lines.filter { $0.first == "failed" }.isEmpty)
        #expect(lines.last == ["vectors", "\(NamedVector.all.count)", "failed", "0"])
    }

    /// The payloads of the vectors that encoders must make, by name.
    private static let encodable: [String: String] = NamedVector.text.withUnsafeBytes { bytes in
        func string(_ text: UnsafeRawBufferPointer) -> String { String(decoding: text, as: UTF8.self) }
        var offset = 0
        var found: [String: String] = [:]
        while let vector = MessageVector.next(in: bytes, at: &offset) {
            if vector.number("encode") == 1 { found[string(vector.name)] = string(vector.text("payload")) }
        }
        return found
    }

    private func run(_ machine: String) throws -> [[String]] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["bash", EmbeddedTests.script, "run", machine]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text.split(separator: "\n").map { line in line.split(separator: " ").map(String.init) }
    }
}
