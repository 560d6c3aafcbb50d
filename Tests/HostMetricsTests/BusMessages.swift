import Testing

@testable import HostMetrics

/// What a message says, in a form that is easy to compare.
enum BusOutcome: Equatable, CustomStringConvertible {
    /// Its units' names and states, the error's name, or the property's value.
    case says([String])
    case error(BusError)

    var description: String {
        switch self {
        case .says(let words): words.joined(separator: " ")
        case .error(let error): "\(error)"
        }
    }
}

/// Takes a whole message apart as the collector does.
func read(_ bytes: [UInt8]) -> BusOutcome {
    bytes.withUnsafeBytes { bytes in
        do throws(BusError) {
            let message = try BusMessage(bytes, try BusMessage.prefix(bytes))
            return .says(try words(message))
        } catch { return .error(error) }
    }
}

private func words(_ message: BusMessage) throws(BusError) -> [String] {
    if message.isError { return [BusConnection.text(message.errorName)] }
    guard message.prefix.kind == .answer else { return [message.prefix.kind.map { "\($0)" } ?? "unknown"] }
    if message.signature.elementsEqual("v".utf8) {
        for kind in 0..<3 {
            do throws(BusError) {
                switch kind {
                case 0: return [String(decoding: try message.propertyText(), as: UTF8.self)]
                case 1: return ["\(try message.propertyUInt32())"]
                default: return ["\(try message.propertyUInt64())"]
                }
            } catch .signature where kind < 2 { continue }
        }
    }
    var words: [String] = []
    try UnitList.forEach(message) { unit in
        words.append(String(decoding: unit.name, as: UTF8.self))
        words.append(String(decoding: unit.state, as: UTF8.self))
        words.append(String(decoding: unit.path, as: UTF8.self))
        words.append("\(unit.isLoaded)")
    }
    return words
}

/// A message with these header fields and this body, little-endian, for what no program writes.
func message(
    kind: UInt8 = 2, version: UInt8 = 1, serial: UInt32 = 9, fields: [UInt8], body: [UInt8] = [],
    bodyCount: UInt32? = nil
) -> [UInt8] {
    func number(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    var bytes = [UInt8(ascii: "l"), kind, 0, version] + number(bodyCount ?? UInt32(body.count)) + number(serial)
    bytes += number(UInt32(fields.count)) + fields
    while bytes.count % 8 != 0 { bytes.append(0) }
    return bytes + body
}

/// Header field 5: this answers call 7.
let answersSeven: [UInt8] = [5, 1, UInt8(ascii: "u"), 0, 7, 0, 0, 0]

/// Header field 8.
func signatureField(_ types: String) -> [UInt8] {
    var field = [8, 1, UInt8(ascii: "g"), 0, UInt8(types.utf8.count)] + Array(types.utf8) + [0]
    while field.count % 8 != 0 { field.append(0) }
    return field
}
