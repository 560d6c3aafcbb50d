package import JSONText

/// A JSON text as a tree, for answers that are read once and are not on a hot path.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// Members in their order; of two with one name both are kept.
    case object([Member])

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONValue
    }

    package init(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        let result: Result<JSONValue, JSONError> = bytes.withUnsafeBytes { text in
            do throws(JSONError) {
                var reader = JSONReader(text, limits: limits)
                let value = try JSONValue(try reader.next(), &reader)
                // The reader has checked the text to its last byte only once it says so.
                _ = try reader.next()
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    private init(_ token: JSONToken, _ reader: inout JSONReader) throws(JSONError) {
        switch token {
        case .beginObject: self = .object(try JSONValue.members(&reader))
        case .beginArray: self = .array(try JSONValue.elements(&reader))
        case .string(let text): self = .string(JSONValue.text(text, reader))
        case .number(let number): self = .number(reader.double(number))
        case .bool(let value): self = .bool(value)
        default: self = .null
        }
    }

    private static func members(_ reader: inout JSONReader) throws(JSONError) -> [Member] {
        var members: [Member] = []
        while case .key(let name) = try reader.next() {
            let text = text(name, reader)
            members.append(Member(name: text, value: try JSONValue(try reader.next(), &reader)))
        }
        return members
    }

    private static func elements(_ reader: inout JSONReader) throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        while true {
            let token = try reader.next()
            if case .endArray = token { return elements }
            elements.append(try JSONValue(token, &reader))
        }
    }

    private static func text(_ string: JSONString, _ reader: JSONReader) -> String {
        if let plain = reader.plainBytes(string) { return String(decoding: plain, as: UTF8.self) }
        // Escapes only ever shorten a text.
        let bytes = [UInt8](unsafeUninitializedCapacity: string.range.count) { buffer, count in
            count = reader.copy(string, into: UnsafeMutableRawBufferPointer(buffer)) ?? 0
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONValue {
    /// The first member of that name, nil where this is no object or has none.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    package var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    package var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }
}
