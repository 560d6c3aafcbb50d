/// One media range of an Accept header: `text/plain;version=0.0.4;q=0.3`.
struct AcceptRange {
    /// In lower case, without parameters.
    let type: String
    /// The `version` parameter, or empty.
    private(set) var version = ""
    /// The weight from 0 to 1000; 1000 where none is given, 0 where it is not a weight.
    private(set) var qualityThousandths = 1000

    init(_ text: Substring) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        type = AcceptRange.trimmed(parts.first ?? "").lowercased()
        for parameter in parts.dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            var value = AcceptRange.trimmed(pair[1])
            if value.hasPrefix("\""), value.hasSuffix("\""), value.count >= 2 { value = value.dropFirst().dropLast() }
            switch AcceptRange.trimmed(pair[0]).lowercased() {
            case "version": version = String(value)
            case "q": qualityThousandths = AcceptRange.quality(value)
            default: break
            }
        }
    }

    private static func quality(_ text: Substring) -> Int {
        guard let value = Double(text), (0...1).contains(value) else { return 0 }
        return Int((value * 1000).rounded())
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var rest = text
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
