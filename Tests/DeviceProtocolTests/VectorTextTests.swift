import Foundation
import Testing

/// A vector by its name, for a test of its own.
struct NamedVector: CustomTestStringConvertible {
    let name: String
    let index: Int

    var testDescription: String { name }

    /// firmware-protocol/vectors.
    static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../firmware-protocol/vectors").standardized

    static let text: [UInt8] = {
        guard let data = try? Data(contentsOf: directory.appending(path: "vectors.txt")) else { return [] }
        return Array(data)  // an unreadable file shows as missing vectors
    }()

    /// All vectors; an empty list fails by `all vectors are there`.
    static let all: [NamedVector] = text.withUnsafeBytes { bytes in
        var offset = 0
        var found: [NamedVector] = []
        while let vector = MessageVector.next(in: bytes, at: &offset) {
            found.append(NamedVector(name: String(decoding: vector.name, as: UTF8.self), index: found.count))
        }
        return found
    }
}

@Suite struct VectorTextTests {
    @Test func `all vectors are there`() {
        #expect(NamedVector.all.count > 250)
        #expect(
            Set(NamedVector.all.map { $0.name.prefix { $0 != "/" } })
                == ["telemetry", "event", "birth", "cbor", "mac", "limits", "topics", "hmac"])
    }

    @Test(arguments: NamedVector.all) func `each vector is decoded and encoded`(named: NamedVector) throws {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: VectorRunner.byteCount, alignment: 8)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0xa5)
        var runner = try #require(VectorRunner(dividing: memory))
        NamedVector.text.withUnsafeBytes { bytes in
            var offset = 0
            var vector = MessageVector.next(in: bytes, at: &offset)
            for _ in 0..<named.index { vector = MessageVector.next(in: bytes, at: &offset) }
            guard let vector else {
                Issue.record("no such vector")
                return
            }
            if case .failed(let what) = runner.run(vector) { Issue.record("\(what)") }
        }
    }

    /// The files that make_cbor.py makes are what it would make, by libraries that are not ours.
    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/cbor2/__init__.py"),
            "python3-cbor2 is not installed"))
    func `the files are what the oracle makes`() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-B", NamedVector.directory.appending(path: "make_cbor.py").path, "--check"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
