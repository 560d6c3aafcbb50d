import Foundation
import TestValues
import Testing

/// A vector of firmware-protocol/vectors/vectors.txt; the head of that file says what its lines are.
struct DeviceVector: CustomTestStringConvertible, Sendable {
    struct GatewayKey: Sendable {
        let id: UInt8
        let bytes: [UInt8]
    }

    struct Wear: Sendable {
        let parts: [String]
        var parameters: [[String]] = []
    }

    let name: String
    /// Lines of one value, by their first part.
    var values: [String: String] = [:]
    var gatewayKeys: [GatewayKey] = []
    var readings: [[String]] = []
    var quantities: [[String]] = []
    var wear: [Wear] = []

    var testDescription: String { name }
    var topic: String { values["topic"] ?? "" }
    var kind: String { topic.split(separator: "/").last.map(String.init) ?? "" }
    var deviceID: String { topic.split(separator: "/").dropFirst(2).first.map(String.init) ?? "" }
    var payload: [UInt8] { Hexadecimal.bytes(values["payload"] ?? "") }
    var keyID: UInt8 { UInt8(values["key_id"] ?? "0") ?? 0 }

    func number<Number: FixedWidthInteger>(_ field: String) -> Number {
        Number(values[field] ?? "0") ?? 0
    }

    /// All vectors, in the order of the file.
    static func all() throws -> [DeviceVector] {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../firmware-protocol/vectors/vectors.txt")
        var vectors: [DeviceVector] = []
        for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if parts[0] == "vector" {
                vectors.append(DeviceVector(name: parts[1]))
            } else if parts[0] != "end" {
                vectors[vectors.count - 1].take(parts)
            }
        }
        return vectors
    }

    /// Those that an encoder must make.
    static func encoded() throws -> [DeviceVector] {
        try all().filter { $0.values["encode"] == "1" }
    }

    private mutating func take(_ parts: [String]) {
        switch parts[0] {
        case "reading": readings.append(Array(parts.dropFirst()))
        case "quantity": quantities.append(Array(parts.dropFirst()))
        case "wear": wear.append(Wear(parts: Array(parts.dropFirst())))
        case "parameter": wear[wear.count - 1].parameters.append(Array(parts.dropFirst()))
        case "gateway_key":
            gatewayKeys.append(GatewayKey(id: UInt8(parts[1]) ?? 0, bytes: Hexadecimal.bytes(parts[2])))
        default: values[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
    }
}
