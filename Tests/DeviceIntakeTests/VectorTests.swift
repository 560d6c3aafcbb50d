import Foundation
import MetricModel
import Testing

@testable import DeviceIntake

/// One vector of firmware-protocol/vectors, read by Foundation's JSON, which is not ours.
struct Vector: CustomTestStringConvertible {
    let file: String
    let name: String
    let topic: String
    let payload: [UInt8]
    let malformed: String?
    let samples: [(series: String, value: Double)]

    var testDescription: String { "\(file)/\(name)" }

    /// All messages of the vector files; an empty list would make the tests that use it fail by `isComplete`.
    static let messages: [Vector] = [
        "telemetry", "event", "birth", "modax", "modax_flat", "modax_protobuf",
    ].flatMap { file in
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../firmware-protocol/vectors/\(file).json")
        guard let data = try? Data(contentsOf: path),  // an unreadable file shows as missing vectors
            let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let vectors = root["vectors"] as? [[String: Any]]
        else { return [Vector]() }
        return vectors.map { vector in
            Vector(
                file: file, name: vector["name"] as? String ?? "", topic: vector["topic"] as? String ?? "",
                payload: (vector["payload"] as? String).map { Array($0.utf8) }
                    ?? bytes(hex: vector["payload_hex"] as? String ?? ""),
                malformed: vector["malformed"] as? String,
                samples: (vector["samples"] as? [[Any]] ?? []).map { pair in
                    (series: pair[0] as? String ?? "", value: (pair[1] as? NSNumber)?.doubleValue ?? .nan)
                })
        }
    }

    static func bytes(hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
    }
}

@Suite struct VectorTests {
    @Test func `all vectors were found`() {
        #expect(Vector.messages.count > 90)
        #expect(Set(Vector.messages.map(\.file)).count == 6)
    }

    @Test(arguments: Vector.messages) func `each message means what its vector says`(vector: Vector) throws {
        let gateway = IntakeHarness()
        let sent = gateway.send(vector.topic, vector.payload)
        if let reason = vector.malformed {
            guard case .malformed(let malformed) = sent.outcome else {
                Issue.record("\(sent.outcome)")
                return
            }
            #expect(malformed.reason.rawValue == reason)
            #expect(sent.samples.isEmpty)
        } else {
            #expect(sent.outcome == .accepted(sampleCount: vector.samples.count))
            #expect(sent.samples.map(name) == vector.samples.map(\.series))
            for (sample, expected) in zip(sent.samples, vector.samples) {
                #expect(abs(sample.value - expected.value) <= abs(expected.value) * 1e-12)
            }
        }
    }
}
