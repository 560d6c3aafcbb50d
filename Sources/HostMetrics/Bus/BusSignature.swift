/// The types of values, written as letters: `a(ssu)` is an array of structures.
enum BusSignature {
    /// Where the type that begins at `start` ends; an error where there is none, or where it lies too deep.
    static func end(
        of signature: UnsafeRawBufferPointer, from start: Int, depth: Int = 0
    ) throws(BusError) -> Int {
        guard start < signature.count, depth <= BusLimits.nesting else {
            throw .damaged(byteOffset: start, expected: "a type, not nested deeper than \(BusLimits.nesting)")
        }
        switch signature[start] {
        case UInt8(ascii: "a"):
            return try end(of: signature, from: start + 1, depth: depth + 1)
        case UInt8(ascii: "("), UInt8(ascii: "{"):
            let close = signature[start] == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "}")
            var next = start + 1
            repeat {
                next = try end(of: signature, from: next, depth: depth + 1)
            } while next < signature.count
                && signature[next] != close
            guard next < signature.count else { throw .damaged(byteOffset: next, expected: "the end of a structure") }
            return next + 1
        case let letter where alignment(letter) != nil:
            return start + 1
        default:
            throw .damaged(byteOffset: start, expected: "the letter of a type")
        }
    }

    /// What values of a type are aligned to, by its first letter; nil for letters that begin none.
    static func alignment(_ letter: UInt8) -> Int? {
        switch letter {
        case UInt8(ascii: "y"), UInt8(ascii: "g"), UInt8(ascii: "v"): 1
        case UInt8(ascii: "n"), UInt8(ascii: "q"): 2
        case UInt8(ascii: "b"), UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "h"), UInt8(ascii: "s"),
            UInt8(ascii: "o"), UInt8(ascii: "a"):
            4
        case UInt8(ascii: "x"), UInt8(ascii: "t"), UInt8(ascii: "d"), UInt8(ascii: "("), UInt8(ascii: "{"): 8
        default: nil
        }
    }
}

extension BusReader {
    /// Takes the signature of a variant, which is one type.
    mutating func variant() throws(BusError) -> UnsafeRawBufferPointer {
        let start = offset
        let type = try signature()
        guard try BusSignature.end(of: type, from: 0) == type.count else {
            throw .damaged(byteOffset: start, expected: "a variant of one type")
        }
        return type
    }

    /// Goes behind a value of the type that stands at `start` of `signature`, and answers where the type ends there.
    @discardableResult
    mutating func skipValue(
        _ signature: UnsafeRawBufferPointer, from start: Int = 0, depth: Int = 0
    ) throws(BusError) -> Int {
        guard depth <= BusLimits.nesting else { throw damage("values not nested deeper than \(BusLimits.nesting)") }
        let after = try BusSignature.end(of: signature, from: start)
        switch signature[start] {
        case UInt8(ascii: "y"): _ = try byte()
        case UInt8(ascii: "n"), UInt8(ascii: "q"):
            try align(2)
            _ = try byte()
            _ = try byte()
        case UInt8(ascii: "b"), UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "h"): _ = try uint32()
        case UInt8(ascii: "x"), UInt8(ascii: "t"), UInt8(ascii: "d"): _ = try uint64()
        case UInt8(ascii: "s"), UInt8(ascii: "o"): _ = try rawString()
        case UInt8(ascii: "g"): _ = try self.signature()
        case UInt8(ascii: "v"): try skipValue(try variant(), depth: depth + 1)
        case UInt8(ascii: "a"):
            // The length says where it ends, whatever is in it.
            let alignment = BusSignature.alignment(signature[start + 1]) ?? 1
            skip(to: try beginArray(alignment: alignment))
        default:
            try align(8)
            var next = start + 1
            while next < after - 1 { next = try skipValue(signature, from: next, depth: depth + 1) }
        }
        return after
    }
}
