internal import MetricModel

/// Which part of which agent's ring a request carries: what tells a resent request from a new one (DESIGN.md,
/// promise 3). Two requests are the same only when all of it is equal.
package struct RequestIdentity: Hashable, Sendable {
    /// Who sent it, as the hub has established it (credentials, else what the sender calls itself).
    package let agent: String
    /// The ring's UUID, 128 bits in the order they are printed.
    package let ringHigh: UInt64
    package let ringLow: UInt64
    /// The first and last record number whose samples are in the request.
    package let first: UInt64
    package let last: UInt64
    /// Which of `parts` requests of that range this is, counted from 1.
    package let part: UInt32
    package let parts: UInt32
    /// The sender's checksum of the request's samples.
    package let crc: UInt32

    package init(
        agent: String, ringHigh: UInt64, ringLow: UInt64, first: UInt64, last: UInt64, part: UInt32 = 1,
        parts: UInt32 = 1, crc: UInt32
    ) {
        self.agent = agent
        self.ringHigh = ringHigh
        self.ringLow = ringLow
        self.first = first
        self.last = last
        self.part = part
        self.parts = parts
        self.crc = crc
    }

    package static func == (left: RequestIdentity, right: RequestIdentity) -> Bool {
        left.ringHigh == right.ringHigh && left.ringLow == right.ringLow && left.first == right.first
            && left.last == right.last && left.part == right.part && left.parts == right.parts
            && left.crc == right.crc && left.agent.hasEqualBytes(right.agent)
    }

    /// Reads the value of a `Wayside-Records` header, `ring=UUID;first=N;last=M;part=i/n;crc=…` with the checksum in
    /// hexadecimal. Fields may come in any order, unknown ones are skipped; nil where one is missing or malformed.
    package init?(header: String, agent: String) {
        var fields: [Substring: Substring] = [:]
        guard header.utf8.count <= 512 else { return nil }
        for field in header.split(separator: ";") {
            let trimmed = field.drop { $0 == " " }
            guard let equals = trimmed.firstIndex(of: "=") else { return nil }
            let value = trimmed[trimmed.index(after: equals)...].prefix { $0 != " " }
            guard fields.updateValue(value, forKey: trimmed[..<equals]) == nil else { return nil }
        }
        let digits = (fields["ring"] ?? "").filter { $0 != "-" }
        let parts = (fields["part"] ?? "").split(separator: "/")
        guard digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16), let first = fields["first"].flatMap({ UInt64($0) }),
            let last = fields["last"].flatMap({ UInt64($0) }), parts.count == 2, let part = UInt32(parts[0]),
            let count = UInt32(parts[1]), let crc = fields["crc"].flatMap({ UInt32($0, radix: 16) }), first <= last,
            part >= 1, part <= count
        else { return nil }
        self.init(
            agent: agent, ringHigh: high, ringLow: low, first: first, last: last, part: part, parts: count, crc: crc)
    }

    /// The header's value, as `init(header:agent:)` reads it.
    package var header: String {
        let digits = [ringHigh, ringLow].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }.joined()
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
            String(digits.dropFirst(range.lowerBound).prefix(range.count))
        }
        let checksum = String(crc, radix: 16)
        let zeros = String(repeating: "0", count: 8 - checksum.utf8.count)
        return "ring=\(groups.joined(separator: "-"));first=\(first);last=\(last);part=\(part)/\(parts);crc=\(zeros)"
            + checksum
    }
}
