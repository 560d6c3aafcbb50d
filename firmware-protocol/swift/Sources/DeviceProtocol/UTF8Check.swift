/// Whether `bytes` are well-formed UTF-8 (Unicode, table 3-7): no overlong forms, no surrogates.
func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset < bytes.count {
        let lead = bytes[offset]
        offset += 1
        if lead < 0x80 { continue }
        guard let sequence = UTF8Sequence(lead: lead) else { return false }
        guard bytes.count - offset >= sequence.continuationCount else { return false }
        guard bytes[offset] >= sequence.secondLow, bytes[offset] <= sequence.secondHigh else { return false }
        for index in 1..<sequence.continuationCount where bytes[offset + index] & 0xc0 != 0x80 { return false }
        offset += sequence.continuationCount
    }
    return true
}
