/// Reads the text of a `MappingPath`.
struct MappingPathParser {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func parse() throws(MappingError) -> [MappingPath.Step] {
        var steps: [MappingPath.Step] = []
        if bytes.first == UInt8(ascii: "$") { offset = 1 } else { steps.append(try name()) }
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "."):
                offset += 1
                steps.append(try name())
            case UInt8(ascii: "["):
                offset += 1
                steps.append(try bracket())
            default: throw unexpected(". or [")
            }
        }
        guard steps.count <= MappingLimits.stepLimit else {
            throw MappingError("a path of \(steps.count) steps, at most \(MappingLimits.stepLimit)")
        }
        return steps
    }

    /// A name without quotes.
    private mutating func name() throws(MappingError) -> MappingPath.Step {
        let start = offset
        while offset < bytes.count, MappingPathParser.isNameByte(bytes[offset]) { offset += 1 }
        guard offset > start else { throw unexpected("a name or *") }
        return try step(bytes[start..<offset])
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x21, UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "'"), UInt8(ascii: "\""):
            false
        default: true
        }
    }

    /// What is between brackets: a name in quotes, a number, or a star.
    private mutating func bracket() throws(MappingError) -> MappingPath.Step {
        guard offset < bytes.count else { throw unexpected("a number, * or a name in quotes") }
        let first = bytes[offset]
        var step = MappingPath.Step.elements
        if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
            guard let end = bytes[(offset + 1)...].firstIndex(of: first) else {
                throw MappingError("the quote that begins at character \(offset + 1) does not end")
            }
            step = try self.step(bytes[(offset + 1)..<end])
            offset = end + 1
        } else if first == UInt8(ascii: "*") {
            offset += 1
        } else {
            let start = offset
            while offset < bytes.count, bytes[offset] >= 0x30, bytes[offset] <= 0x39 { offset += 1 }
            guard let index = Int(String(decoding: bytes[start..<offset], as: UTF8.self)), index < 10_000 else {
                throw unexpected("a number below 10000, * or a name in quotes")
            }
            step = .element(index)
        }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "]") else { throw unexpected("]") }
        offset += 1
        return step
    }

    private func step(_ name: ArraySlice<UInt8>) throws(MappingError) -> MappingPath.Step {
        guard let star = name.firstIndex(of: UInt8(ascii: "*")) else { return .member(Array(name)) }
        guard star == name.endIndex - 1 else { throw MappingError("a * within a name; it may only end one") }
        return .members(prefix: Array(name.dropLast()))
    }

    private func unexpected(_ expected: String) -> MappingError {
        let found = offset < bytes.count ? "\"\(String(decoding: bytes[offset...], as: UTF8.self))\"" : "the end"
        return MappingError(
            "expected \(expected) at character \(offset + 1) of a path such as $.ENERGY.Power; found \(found)")
    }
}
