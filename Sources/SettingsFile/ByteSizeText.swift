/// Byte sizes as settings write them: `64MiB`, `512KiB`, `1GB`, `4096`.
package enum ByteSizeText {
    private static let units: [(name: String, byteCount: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("KB", 1000), ("B", 1), ("", 1),
    ]

    /// Parses a whole number with a unit of 1024 (`KiB` …) or of 1000 (`kB` or `KB` …), or bare bytes.
    package static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let name = text[digits.endIndex...].drop { $0 == " " }
        guard let count = Int(digits), let unit = units.first(where: { $0.name == name }) else { return nil }
        let (product, hasOverflown) = count.multipliedReportingOverflow(by: unit.byteCount)
        return hasOverflown ? nil : product
    }

    /// With the largest unit that divides it evenly: `64MiB`, else plain bytes.
    package static func format(_ byteCount: Int) -> String {
        for unit in units.prefix(4) where byteCount >= unit.byteCount && byteCount % unit.byteCount == 0 {
            return "\(byteCount / unit.byteCount)\(unit.name)"
        }
        return String(byteCount)
    }
}
