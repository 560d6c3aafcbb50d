internal import COpenSSL

/// SHA-256 and HMAC by OpenSSL, and a comparison that takes the same time wherever two values differ.
package enum MessageDigest {
    /// Bytes of a SHA-256 digest and of an HMAC made with it.
    package static let byteCount = 32

    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            let result = EVP_Digest(bytes, bytes.count, digest.baseAddress, nil, EVP_sha256(), nil)
            precondition(result == 1, "SHA-256 of bytes in memory has nothing to fail at")
            count = byteCount
        }
    }

    /// HMAC-SHA-256 (RFC 2104).
    package static func keyed(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            let made = HMAC(
                EVP_sha256(), key, Int32(key.count), bytes, bytes.count, digest.baseAddress, nil)
            precondition(made != nil, "an HMAC of bytes in memory has nothing to fail at")
            count = byteCount
        }
    }

    /// Whether both are equal. How long it takes says nothing of where they differ, only whether their lengths do.
    package static func isEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        first.count == second.count && CRYPTO_memcmp(first, second, first.count) == 0
    }
}
