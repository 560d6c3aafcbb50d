/// IP addresses as people write them.
enum IPAddressText {
    /// `192.168.0.22`, `2001:db8::1`; an IPv4 address that is mapped to IPv6 is written as what it is.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        let bytes = significant(bytes)
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        return IPVSBackend.Address.sixText(
            stride(from: 0, to: bytes.count - 1, by: 2).map { UInt64(bytes[$0]) << 8 | UInt64(bytes[$0 + 1]) })
    }

    /// The bytes that are written: four of an IPv4 address, mapped or not, else all.
    static func significant(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let isMapped = bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] & bytes[11] == 0xff
        return isMapped ? UnsafeRawBufferPointer(rebasing: bytes[12...]) : bytes
    }
}
