internal import MetricModel

/// A real server of /proc/net/ip_vs, under the service it is of.
struct IPVSBackend {
    /// `C0A80016:0CEA`, `[2001:0db8:0000:0000:0000:0000:0000:0001]:0CEA`, or a firewall mark.
    struct Address {
        let range: Range<Int>
        /// Nil for a mark.
        let port: UInt64?
    }

    /// `TCP`, `UDP`, `SCTP` or `FWM`.
    let proto: Range<Int>
    let local: Address
    let remote: Address
    let weight: UInt64
    let active: UInt64
    let inactive: UInt64

    /// Three lines of headings; then a line for each service (`TCP  C0A80016:0CEA wlc`), followed by those of its real
    /// servers (`  -> C0A85216:0CEA      Tunnel  100    248        2`).
    static func parse(_ bytes: UnsafeRawBufferPointer, into backends: inout [IPVSBackend]) throws(DamagedText) {
        backends.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        for _ in 0..<3 { cursor.skipLine() }
        var service: (proto: Range<Int>, local: Address)?
        while !cursor.isAtEnd {
            cursor.skipSpaces()
            let start = cursor.offset
            if cursor.take("->") {
                guard let service else { throw DamagedText(byteOffset: start, expected: "a service") }
                let remote = try address(&cursor)
                // How packets are forwarded is not told.
                cursor.skipColumn()
                backends.append(
                    IPVSBackend(
                        proto: service.proto, local: service.local, remote: remote, weight: try cursor.unsigned(),
                        active: try cursor.unsigned(), inactive: try cursor.unsigned()))
            } else if !cursor.isAtLineEnd {
                let proto = cursor.column()
                let isMark = bytes[proto].elementsEqual("FWM".utf8)
                service = (proto, isMark ? Address(range: cursor.column(), port: nil) : try address(&cursor))
            }
            cursor.skipLine()
        }
    }

    /// The values of `labels`, in their order.
    func labelValues(
        _ labels: [HostMetricsSettings.IPVS.BackendLabel], _ bytes: UnsafeRawBufferPointer
    ) -> [String] {
        labels.map { label in
            switch label {
            case .localAddress: local.port == nil ? "" : local.text(bytes)
            case .localPort: String(local.port ?? 0)
            case .remoteAddress: remote.text(bytes)
            case .remotePort: String(remote.port ?? 0)
            case .proto: String(decoding: bytes[proto], as: UTF8.self)
            case .localMark: local.port == nil ? String(decoding: bytes[local.range], as: UTF8.self) : ""
            }
        }
    }

    /// Takes an address and its port; `text` relies on what is checked here.
    private static func address(_ cursor: inout ByteCursor) throws(DamagedText) -> Address {
        let range = cursor.column()
        let bytes = cursor.bytes[range]
        let damage = DamagedText(byteOffset: range.lowerBound, expected: "an address and a port in hexadecimal")
        guard bytes.count == 13 || bytes.count == 46, bytes[bytes.endIndex - 5] == UInt8(ascii: ":") else {
            throw damage
        }
        var port = ByteCursor(cursor.bytes, from: range.upperBound - 4, to: range.upperBound)
        let number = try port.hexadecimal()
        let digits = bytes.count == 13 ? bytes.prefix(8) : bytes.dropFirst().prefix(39)
        let isIPv6 = bytes.count == 46
        let isWellFormed = digits.indices.allSatisfy { index in
            if isIPv6, (index - digits.startIndex) % 5 == 4 { return bytes[index] == UInt8(ascii: ":") }
            return ByteCursor.hexadecimalDigit(bytes[index]) != nil
        }
        guard isWellFormed, !isIPv6 || bytes.first == UInt8(ascii: "[") && bytes[digits.endIndex] == UInt8(ascii: "]")
        else { throw damage }
        return Address(range: range, port: number)
    }
}

extension IPVSBackend.Address {
    /// The address as people write it: `192.168.0.22`, `2001:db8::1`.
    func text(_ bytes: UnsafeRawBufferPointer) -> String {
        var digits: [UInt64] = []
        for byte in bytes[range].dropLast(5) {
            if let digit = ByteCursor.hexadecimalDigit(byte) { digits.append(digit) }
        }
        if digits.count == 8 {
            return stride(from: 0, to: 8, by: 2).map { String(digits[$0] << 4 | digits[$0 + 1]) }
                .joined(separator: ".")
        }
        return Self.sixText(
            stride(from: 0, to: digits.count, by: 4).map { start in
                digits[start..<(start + 4)].reduce(0) { $0 << 4 | $1 }
            })
    }

    /// RFC 5952: the first of the longest runs of two or more zero groups is `::`.
    static func sixText(_ groups: [UInt64]) -> String {
        var longest = 0..<0
        var start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start > longest.count { longest = start..<index }
            start = index + 1
        }
        let text = { (part: ArraySlice<UInt64>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard longest.count > 1 else { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}
