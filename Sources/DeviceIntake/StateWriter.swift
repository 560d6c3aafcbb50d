/// Appends the little-endian fields of the intake's state records (DESIGN.md, "State").
struct StateWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func fixed<Integer: FixedWidthInteger>(_ value: Integer) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A text of at most 65,535 bytes behind its length.
    mutating func text(_ text: String) {
        let utf8 = Array(text.utf8.prefix(Int(UInt16.max)))
        fixed(UInt16(utf8.count))
        bytes += utf8
    }

    mutating func list<Element>(_ elements: [Element], _ body: (inout StateWriter, Element) -> Void) {
        fixed(UInt32(elements.count))
        for element in elements { body(&self, element) }
    }

    /// A flag, and behind it the value where there is one.
    mutating func optional<Value>(_ value: Value?, _ body: (inout StateWriter, Value) -> Void) {
        flag(value != nil)
        if let value { body(&self, value) }
    }
}
