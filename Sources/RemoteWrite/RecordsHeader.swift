/// The value of `Wayside-Records`: which records of which ring a request holds, so that a hub can tell a resent
/// request from a new one. Others ignore it.
///
/// `ring=UUID;first=N;last=M;part=i/n;crc=…`, in this order, with the parts counted from 1 and the checksum in eight
/// hexadecimal digits. A hub drops a request only where agent, ring, range, part and checksum are all equal to one it
/// has taken. See DESIGN.md beside this file.
package struct RecordsHeader: Sendable, Hashable {
    package static let name = "Wayside-Records"
    /// No value is longer: 36 of the ring, four numbers of 20 digits, and what stands between.
    private static let byteLimit = 200

    /// The identity of the ring, the 128 bits of a UUID.
    package let ringHigh: UInt64
    package let ringLow: UInt64
    /// Numbers of the first and last record, both included.
    package let first: UInt64
    package let last: UInt64
    /// Which part of the request this is, from 1 to `partCount`.
    package let part: UInt32
    package let partCount: UInt32
    /// CRC-32C over the samples of this part in a form that no protocol version changes (see Shipping's DESIGN.md).
    package let checksum: UInt32

    /// Nil where the range or the part is none: `last` below `first`, `part` 0 or above `partCount`.
    package init?(
        ringHigh: UInt64, ringLow: UInt64, first: UInt64, last: UInt64, part: UInt32, partCount: UInt32,
        checksum: UInt32
    ) {
        guard first <= last, part >= 1, part <= partCount else { return nil }
        self.ringHigh = ringHigh
        self.ringLow = ringLow
        self.first = first
        self.last = last
        self.part = part
        self.partCount = partCount
        self.checksum = checksum
    }

    /// Reads a header's value; nil where anything about it is not as it is written here. Keys may come in any order
    /// and further ones are passed over, so that the header can grow.
    package init?(parsing text: String) {
        guard text.utf8.count <= RecordsHeader.byteLimit else { return nil }
        var fields: [Substring: Substring] = [:]
        for item in text.split(separator: ";", omittingEmptySubsequences: false).map(HeaderText.trim) {
            guard let (name, value) = HeaderText.pair(item), fields.updateValue(value, forKey: name) == nil else {
                return nil
            }
        }
        guard let ring = fields["ring"].flatMap(RecordsHeader.uuid),
            let first = fields["first"].flatMap({ HeaderText.digits($0, as: UInt64.self) }),
            let last = fields["last"].flatMap({ HeaderText.digits($0, as: UInt64.self) }),
            let part = fields["part"].flatMap(RecordsHeader.fraction),
            let crc = fields["crc"], let checksum = RecordsHeader.hexadecimal(crc, digits: 8)
        else { return nil }
        self.init(
            ringHigh: ring.high, ringLow: ring.low, first: first, last: last, part: part.index,
            partCount: part.count, checksum: UInt32(truncatingIfNeeded: checksum))
    }

    private static func fraction(_ text: Substring) -> (index: UInt32, count: UInt32)? {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let index = HeaderText.digits(halves[0], as: UInt32.self),
            let count = HeaderText.digits(halves[1], as: UInt32.self)
        else { return nil }
        return (index, count)
    }

    private static func uuid(_ text: Substring) -> (high: UInt64, low: UInt64)? {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
        let digits = groups.joined()
        guard let high = hexadecimal(digits.prefix(16), digits: 16),
            let low = hexadecimal(digits.dropFirst(16), digits: 16)
        else { return nil }
        return (high, low)
    }

    private static func hexadecimal(_ text: Substring, digits: Int) -> UInt64? {
        guard text.utf8.count == digits, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
        return UInt64(text, radix: 16)
    }
}

extension RecordsHeader: CustomStringConvertible {
    /// The header's value.
    package var description: String {
        let high = RecordsHeader.padded(ringHigh, digits: 16)
        let low = RecordsHeader.padded(ringLow, digits: 16)
        let ring = [
            high.prefix(8), high.dropFirst(8).prefix(4), high.dropFirst(12), low.prefix(4), low.dropFirst(4),
        ].joined(separator: "-")
        let crc = RecordsHeader.padded(UInt64(checksum), digits: 8)
        return "ring=\(ring);first=\(first);last=\(last);part=\(part)/\(partCount);crc=\(crc)"
    }

    private static func padded(_ number: UInt64, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
