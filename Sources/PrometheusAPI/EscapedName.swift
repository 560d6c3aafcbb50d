/// Label names in paths: `U__` begins a name whose other characters are written `_hex_` and `_` as `__`.
/// Source: Prometheus, "Feature: UTF-8 names", values escaping.
enum EscapedName {
    /// The name meant; a name that is not well escaped is meant as it stands.
    static func unescaped(_ name: String) -> String {
        guard name.hasPrefix("U__") else { return name }
        var unescaped = ""
        var rest = name.dropFirst(3)
        while let character = rest.first {
            rest = rest.dropFirst()
            guard character == "_" else {
                unescaped.append(character)
                continue
            }
            if rest.first == "_" {
                unescaped.append("_")
                rest = rest.dropFirst()
                continue
            }
            let digits = rest.prefix { $0 != "_" }
            guard !digits.isEmpty, digits.count <= 6, rest.dropFirst(digits.count).first == "_",
                let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
            else { return name }
            unescaped.unicodeScalars.append(scalar)
            rest = rest.dropFirst(digits.count + 1)
        }
        return unescaped
    }
}
