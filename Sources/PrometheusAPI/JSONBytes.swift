internal import MetricModel
internal import PromQL

/// A JSON document in the making. Callers write structure; this writes it correctly escaped.
struct JSONBytes {
    var bytes: [UInt8] = []

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: [UInt8]) { bytes.append(contentsOf: text) }

    mutating func reserveCapacity(_ byteCount: Int) { bytes.reserveCapacity(byteCount) }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Text in quotes.
    mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }

    mutating func string(_ utf8: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0a: raw("\\n")
            case 0x0d: raw("\\r")
            case 0x09: raw("\\t")
            case 0..<0x20:
                raw("\\u00")
                bytes.append(JSONBytes.digit(byte >> 4))
                bytes.append(JSONBytes.digit(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    /// What `write` writes at a place that has `byteLimit` bytes; it returns how many those are.
    private mutating func append(byteLimit: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: byteLimit) { place in
            guard let start = place.baseAddress else { return }
            bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: write(start)))
        }
    }

    mutating func integer(_ value: Int64) {
        append(byteLimit: NumberWriter.byteLimit) { NumberWriter.write(value, to: $0) }
    }

    /// Milliseconds as seconds, with three decimals where they are not whole.
    mutating func time(_ unixMilliseconds: Int64) {
        append(byteLimit: NumberWriter.byteLimit) { NumberWriter.write(time: unixMilliseconds, to: $0) }
    }

    /// The same without zeros at its end, as it stands beside a query's only number or text.
    mutating func shortTime(_ unixMilliseconds: Int64) {
        time(unixMilliseconds)
        if unixMilliseconds % 1000 == 0 { return }
        while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
    }

    /// A sample's value: a number in quotes.
    mutating func value(_ value: Double) {
        bytes.append(UInt8(ascii: "\""))
        append(byteLimit: NumberWriter.byteLimit) { NumberWriter.write(value, to: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// `[time,"value"]`.
    mutating func point(_ unixMilliseconds: Int64, _ value: Double) {
        append(byteLimit: Self.pointByteLimit) { Self.write(unixMilliseconds, value, to: $0) }
    }

    /// No point takes more, with a comma before it.
    static let pointByteLimit = 2 * NumberWriter.byteLimit + 8
    private static let pointsAtOnce = 256

    private static func write(_ unixMilliseconds: Int64, _ value: Double, to place: UnsafeMutablePointer<UInt8>) -> Int
    {
        place[0] = UInt8(ascii: "[")
        var count = 1 + NumberWriter.write(time: unixMilliseconds, to: place + 1)
        place[count] = UInt8(ascii: ",")
        place[count + 1] = UInt8(ascii: "\"")
        count += 2
        count += NumberWriter.write(value, to: place + count)
        place[count] = UInt8(ascii: "\"")
        place[count + 1] = UInt8(ascii: "]")
        return count + 2
    }

    /// `[time,"value"],…` of columns of equal length: the points from `first` on until there are `byteLimit` bytes or a
    /// point more, but at least one where there is one. Gives the index of the next.
    mutating func points(
        _ unixMilliseconds: [Int64], _ values: [Double], from first: Int, byteLimit: Int
    ) -> Int {
        var index = first
        while index < values.count {
            let fitting = (byteLimit - bytes.count) / Self.pointByteLimit
            let next = min(index + max(1, min(fitting, Self.pointsAtOnce)), values.count)
            append(byteLimit: Self.pointsAtOnce * Self.pointByteLimit) { place in
                var count = 0
                for index in index..<next {
                    if index > 0 {
                        place[count] = UInt8(ascii: ",")
                        count += 1
                    }
                    count += Self.write(unixMilliseconds[index], values[index], to: place + count)
                }
                return count
            }
            index = next
            if bytes.count >= byteLimit { break }
        }
        return index
    }

    /// Labels as an object, in the order of their names.
    mutating func labels(_ labels: Labels) {
        bytes.append(UInt8(ascii: "{"))
        labels.packed.withUnsafeBytes { packed in
            var walk = PackedLabelWalk()
            var isFirst = true
            while let label = walk.next(in: packed) {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                string(UnsafeRawBufferPointer(rebasing: packed[label.name]))
                bytes.append(UInt8(ascii: ":"))
                string(UnsafeRawBufferPointer(rebasing: packed[label.value]))
            }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// `[…]` with commas between what `write` writes.
    mutating func array<Element>(_ elements: some Sequence<Element>, _ write: (inout JSONBytes, Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func strings(_ texts: some Sequence<String>) {
        array(texts) { $0.string($1) }
    }
}
