/// HMAC-SHA-256, without the heap. Source: RFC 2104, tested against RFC 4231.
public struct HMACSHA256 {
    private var inner = SHA256()
    private var outer = SHA256()

    /// Begins with a key of any length.
    public init(key: UnsafeRawBufferPointer) {
        var block = InlineArray<64, UInt8>(repeating: 0)
        if key.count > 64 {
            var hash = SHA256()
            hash.update(key)
            let digest = hash.finish()
            for index in 0..<32 { block[index] = digest[index] }
        } else {
            for index in 0..<key.count { block[index] = key[index] }
        }
        for index in 0..<64 {
            inner.update(byte: block[index] ^ 0x36)
            outer.update(byte: block[index] ^ 0x5c)
        }
    }

    /// Takes in one byte.
    public mutating func update(byte: UInt8) { inner.update(byte: byte) }

    /// Takes in bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bytes) }

    /// The code over all that was taken in; the value is used up.
    public mutating func finish() -> InlineArray<32, UInt8> {
        let digest = inner.finish()
        for index in 0..<32 { outer.update(byte: digest[index]) }
        return outer.finish()
    }
}
