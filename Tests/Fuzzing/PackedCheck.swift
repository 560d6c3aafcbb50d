/// Packed labels by their description in `MetricModel.Labels`, read here by other code.
enum PackedCheck {
    /// Whether names ascend strictly, names and values are not empty and all is UTF-8.
    static func isCanonical(_ packed: [UInt8]) -> Bool {
        var rest = packed[...]
        var last: [UInt8] = []
        while !rest.isEmpty {
            guard let name = string(&rest), let value = string(&rest), !name.isEmpty, !value.isEmpty,
                last.lexicographicallyPrecedes(name), String(validating: name, as: UTF8.self) != nil,
                String(validating: value, as: UTF8.self) != nil
            else { return false }
            last = name
        }
        return true
    }

    private static func string(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var count = 0
        var shift = 0
        while let byte = rest.popFirst() {
            count |= Int(byte & 0x7f) << shift
            shift += 7
            guard shift <= 28 else { return nil }
            if byte < 0x80 {
                guard count <= rest.count else { return nil }
                defer { rest = rest.dropFirst(count) }
                return Array(rest.prefix(count))
            }
        }
        return nil
    }
}
