/// Names and values of a query or a form (`application/x-www-form-urlencoded`), decoded, in their order.
package struct HTTPFields: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var fields: [Field] = []

    package init(_ fields: [Field] = []) { self.fields = fields }

    /// Decodes `a=1&match[]=up`. At most `fieldLimit` fields; nil past it.
    package init?(decoding text: Substring, fieldLimit: Int = 10_000) {
        for part in text.split(separator: "&") {
            guard fields.count < fieldLimit else { return nil }
            let equals = part.firstIndex(of: "=")
            let value = equals.map { part[part.index(after: $0)...] } ?? ""
            fields.append(
                Field(
                    name: PercentCoding.decode(part[..<(equals ?? part.endIndex)], plusIsSpace: true),
                    value: PercentCoding.decode(value, plusIsSpace: true)))
        }
    }

    /// The first value of a name, nil when absent.
    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// All values of a repeated name such as `match[]`.
    package func values(_ name: String) -> [String] { fields.compactMap { $0.name == name ? $0.value : nil } }

    /// The text that decodes to these fields.
    package var encoded: String {
        fields.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
    }
}
