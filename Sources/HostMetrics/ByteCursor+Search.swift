extension ByteCursor {
    /// Where `needle` stands first in `range`.
    func firstIndex(of needle: StaticString, in range: Range<Int>) -> Int? {
        let count = needle.utf8CodeUnitCount
        guard count > 0, range.count >= count else { return nil }
        return (range.lowerBound...(range.upperBound - count)).first { start in
            for index in 0..<count where bytes[start + index] != needle.utf8Start[index] { return false }
            return true
        }
    }

    func contains(_ needle: StaticString, in range: Range<Int>) -> Bool { firstIndex(of: needle, in: range) != nil }

    /// How often `needle` stands in `range`.
    func count(of needle: StaticString, in range: Range<Int>) -> Int {
        var count = 0
        var rest = range
        while let start = firstIndex(of: needle, in: rest) {
            count += 1
            rest = (start + needle.utf8CodeUnitCount)..<range.upperBound
        }
        return count
    }
}
