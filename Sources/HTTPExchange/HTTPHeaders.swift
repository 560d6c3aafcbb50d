/// Header fields in their order; names compare without regard to case.
package struct HTTPHeaders: Hashable, Sendable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    package struct Field: Hashable, Sendable, CustomStringConvertible {
        package let name: String
        package let value: String

        /// `Name: value`, without the value where it is a credential.
        package var description: String {
            let isSecret = ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"].contains {
                HTTPHeaders.isSame($0, name)
            }
            return "\(name): \(isSecret ? "(secret)" : value)"
        }
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(_ fields: [(String, String)]) {
        for (name, value) in fields { add(name, value) }
    }

    package init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }

    /// The first value of a field, nil when absent.
    package subscript(name: String) -> String? { fields.first { HTTPHeaders.isSame($0.name, name) }?.value }

    /// All values of a field that may be repeated.
    package func values(_ name: String) -> [String] {
        fields.compactMap { HTTPHeaders.isSame($0.name, name) ? $0.value : nil }
    }

    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Sets a field to one value, in place of all it had.
    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        add(name, value)
    }

    package mutating func remove(_ name: String) { fields.removeAll { HTTPHeaders.isSame($0.name, name) } }

    /// Whether a comma-separated field such as `Connection` has an element, without regard to case.
    package func hasElement(_ element: String, in name: String) -> Bool {
        values(name).contains { value in
            value.split(separator: ",").contains { HTTPHeaders.isSame(HTTPHeaders.trimmed($0), element[...]) }
        }
    }

    /// The media type of `Content-Type` in lower case, without its parameters: `application/json`.
    package var mediaType: String? {
        self["Content-Type"].map { value in
            HTTPHeaders.trimmed(value.prefix { $0 != ";" }).lowercased()
        }
    }

    package var description: String { fields.map(\.description).joined(separator: "\n") }

    static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.utf8.first, first == 32 || first == 9 { text = text.dropFirst() }
        while let last = text.utf8.last, last == 32 || last == 9 { text = text.dropLast() }
        return text
    }

    static func isSame<First: StringProtocol, Second: StringProtocol>(_ first: First, _ second: Second) -> Bool {
        first.utf8.count == second.utf8.count
            && first.utf8.elementsEqual(second.utf8) { left, right in
                left == right || (left ^ right == 32 && (97...122).contains(left | 32))
            }
    }
}
