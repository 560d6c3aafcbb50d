internal import CLinux
internal import Glibc

/// One-way hashes of passwords by crypt(3), as /etc/shadow and htpasswd hold them.
package enum PasswordHashing {
    /// The longest password that is hashed; libcrypt takes no longer one.
    package static let passwordByteLimit = Int(CRYPT_MAX_PASSPHRASE_SIZE) - 1

    /// The hash of `password` by the method, cost and salt that `setting` begins with, for which a whole hash will do.
    ///
    /// Nil where the system's libcrypt does not know the method, and for a password that is too long or holds a zero
    /// byte. Takes as long as the cost in `setting` says, so it is not for an event loop.
    package static func hash(_ password: [UInt8], setting: String) -> String? {
        guard password.count <= passwordByteLimit, !password.contains(0) else { return nil }
        var phrase = password + [0]
        let byteCount = MemoryLayout<crypt_data>.size
        // Zeroed, as crypt_rn wants it before its first use.
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
        scratch.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        defer {
            // What is left of the password must not lie about in freed memory.
            explicit_bzero(scratch, byteCount)
            scratch.deallocate()
            phrase.withUnsafeMutableBytes { bytes in
                if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
            }
        }
        return phrase.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.flatMap { crypt_rn($0, setting, scratch, Int32(byteCount)) }.map {
                    String(cString: $0)
                }
            }
        }
    }
}
