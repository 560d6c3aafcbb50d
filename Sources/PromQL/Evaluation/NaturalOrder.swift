internal import MetricModel

/// The order in which people count: runs of digits compare as numbers.
enum NaturalOrder {
    static func isOrdered(_ left: Labels, _ right: Labels, by names: [String], descending: Bool) -> Bool {
        for name in names {
            let values = (left[name] ?? "", right[name] ?? "")
            if !values.0.hasEqualBytes(values.1) { return isOrdered(values.0, values.1) != descending }
        }
        return descending ? Labels.isOrdered(right, before: left) : Labels.isOrdered(left, before: right)
    }

    static func isOrdered(_ left: String, _ right: String) -> Bool {
        var leftRest = Array(left.utf8)[...]
        var rightRest = Array(right.utf8)[...]
        while let leftByte = leftRest.first, let rightByte = rightRest.first {
            if Lexer.isDigit(leftByte), Lexer.isDigit(rightByte) {
                let leftRun = leftRest.prefix(while: Lexer.isDigit)
                let rightRun = rightRest.prefix(while: Lexer.isDigit)
                let leftDigits = leftRun.drop { $0 == UInt8(ascii: "0") }
                let rightDigits = rightRun.drop { $0 == UInt8(ascii: "0") }
                if leftDigits.count != rightDigits.count { return leftDigits.count < rightDigits.count }
                if !leftDigits.elementsEqual(rightDigits) { return leftDigits.lexicographicallyPrecedes(rightDigits) }
                leftRest = leftRest.dropFirst(leftRun.count)
                rightRest = rightRest.dropFirst(rightRun.count)
                if leftRun.count != rightRun.count { return leftRun.count < rightRun.count }
            } else {
                if leftByte != rightByte { return leftByte < rightByte }
                leftRest = leftRest.dropFirst()
                rightRest = rightRest.dropFirst()
            }
        }
        return leftRest.isEmpty && !rightRest.isEmpty
    }
}
