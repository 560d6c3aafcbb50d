/// IP addresses as people write them.
enum IPAddressText {
    /// `192.168.0.22`, `2001:db8::1`; an IPv4 address that is mapped to IPv6 is written as what it is.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        let isMapped = bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] & bytes[11] == 0xff
        if bytes.count == 4 || isMapped { return bytes.suffix(4).map { String($0) }.joined(separator: ".") }
        return IPVSBackend.Address.sixText(
            stride(from: 0, to: bytes.count - 1, by: 2).map { UInt64(bytes[$0]) << 8 | UInt64(bytes[$0 + 1]) })
    }
}
