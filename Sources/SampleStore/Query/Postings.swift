/// Sorted lists of series numbers without repetition, as an index keeps them.
enum Postings {
    static func intersection(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if left[i] == right[j] {
                result.append(left[i])
                i += 1
                j += 1
            } else if left[i] < right[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return result
    }

    static func subtracting(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var j = 0
        return left.filter { number in
            while j < right.count, right[j] < number { j += 1 }
            return j == right.count || right[j] != number
        }
    }

    /// The union of lists that have no number in common, as those of one label's values.
    static func union(_ lists: [[UInt32]]) -> [UInt32] {
        if lists.count == 1 { return lists[0] }
        var all = lists.flatMap { $0 }
        all.sort()
        return all
    }

    /// The differences as LEB128: the form of a day file.
    static func encode(_ numbers: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * 2)
        var last: UInt32 = 0
        for number in numbers {
            var rest = number &- last
            last = number
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        return bytes
    }

    /// Nil where the bytes are damaged.
    static func decode(_ bytes: [UInt8]) -> [UInt32]? {
        var numbers: [UInt32] = []
        var last: UInt64 = 0
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes {
            guard shift <= 28 else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            last += value
            guard last <= UInt64(UInt32.max), value > 0 else { return nil }
            numbers.append(UInt32(last))
            (value, shift) = (0, 0)
        }
        return shift == 0 ? numbers : nil
    }
}
