import Foundation
import MetricModel
import TestValues
import Testing

@testable import DeviceIntake

/// One vector of firmware-protocol/vectors, read by Foundation's JSON, which is not ours.
struct Vector: CustomTestStringConvertible {
    let file: String
    let name: String
    let topic: String
    let payload: [UInt8]
    let malformed: String?
    /// nil where the vector says nothing of samples.
    let samples: [(series: String, value: Double)]?
    /// What the gateway holds for the device: id and hexadecimal.
    let keys: [(id: UInt8, hexadecimal: String)]

    var testDescription: String { "\(file)/\(name)" }

    /// All messages of the vector files; an empty list would make the tests that use it fail by `isComplete`.
    static let messages: [Vector] = {
        var samples: [String: [(series: String, value: Double)]] = [:]
        let files = [
            "telemetry", "event", "birth", "modax", "modax_flat", "modax_protobuf", "cbor", "mac", "limits",
        ]
        return files.flatMap { file in
            read(file).map { vector in
                let made = (vector["samples"] as? [[Any]])?.map { pair in
                    (series: pair[0] as? String ?? "", value: (pair[1] as? NSNumber)?.doubleValue ?? .nan)
                }
                let name = vector["name"] as? String ?? ""
                samples["\(file)/\(name)"] = made
                let hexadecimal = vector["payload_hex"] as? String
                return Vector(
                    file: file, name: name, topic: vector["topic"] as? String ?? "",
                    payload: hexadecimal.map { Hexadecimal.bytes($0) }
                        ?? Array((vector["payload"] as? String ?? "").utf8),
                    malformed: vector["malformed"] as? String,
                    samples: made ?? (vector["same_as"] as? String).flatMap { samples[$0] },
                    keys: (vector["keys"] as? [[Any]] ?? []).map { key in
                        (id: (key[0] as? NSNumber)?.uint8Value ?? 0, hexadecimal: key[1] as? String ?? "")
                    })
            }
        }
    }()

    private static func read(_ file: String) -> [[String: Any]] {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../firmware-protocol/vectors/\(file).json")
        guard let data = try? Data(contentsOf: path),  // an unreadable file shows as missing vectors
            let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return [] }
        return root["vectors"] as? [[String: Any]] ?? []
    }
}

@Suite struct VectorTests {
    @Test func `all vectors were found`() {
        #expect(Vector.messages.count > 90)
        #expect(Set(Vector.messages.map(\.file)).count == 9)
    }

    @Test(arguments: Vector.messages) func `each message means what its vector says`(vector: Vector) throws {
        let device = vector.topic.split(separator: "/").dropFirst(2).first ?? ""
        let lines = vector.keys.map { "\(device) \($0.id) \($0.hexadecimal)\n" }.joined()
        let keys = try DeviceKeyFile.parse(Array(lines.utf8))
        let gateway = IntakeHarness { $0.keys = keys }
        let sent = gateway.send(vector.topic, vector.payload)
        if let reason = vector.malformed {
            guard case .malformed(let malformed) = sent.outcome else {
                Issue.record("\(sent.outcome)")
                return
            }
            #expect(malformed.reason.rawValue == reason)
            #expect(sent.samples.isEmpty)
        } else {
            guard case .accepted(let count) = sent.outcome else {
                Issue.record("\(sent.outcome)")
                return
            }
            guard let samples = vector.samples else { return }
            #expect(count == samples.count)
            #expect(sent.samples.map(name) == samples.map(\.series))
            for (sample, expected) in zip(sent.samples, samples) {
                #expect(abs(sample.value - expected.value) <= abs(expected.value) * 1e-12)
            }
        }
    }
}
