internal import LinuxSystem
internal import SettingsFile
internal import TLSTransport

/// A password's bcrypt hash, as `htpasswd -nB` prints it: `$2y$10$` and 53 characters of salt and hash.
package struct BcryptHash: Hashable, Sendable, CustomStringConvertible {
    package enum Problem: Error, Hashable, Sendable {
        /// Not of that form; it may be a password that someone wrote here, so it must not be shown.
        case malformed
        /// Made by the version of 2011 and before that lost bits of some characters.
        case brokenVersion
        case cost(Int)
    }

    /// Below 4 the algorithm is not defined; past 15 a check takes seconds.
    package static let costs = 4...15

    /// A hash can be tried against lists of passwords, so it is shown no more than they are.
    private let secret: Secret
    /// Its rounds are 2 to the power of this.
    package let cost: Int

    package init(_ text: String) throws(Problem) {
        let bytes = Array(text.utf8)
        guard bytes.count == 60, text.hasPrefix("$2"), bytes[3] == UInt8(ascii: "$"), bytes[6] == UInt8(ascii: "$"),
            bytes[7...].allSatisfy(BcryptHash.isDigit), bytes[4...5].allSatisfy({ (48...57).contains($0) }),
            let cost = Int(text.dropFirst(4).prefix(2))
        else { throw .malformed }
        switch bytes[2] {
        // The three are computed alike for whatever reaches crypt(3); they tell which program made the hash.
        case UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "y"): break
        case UInt8(ascii: "x"): throw .brokenVersion
        default: throw .malformed
        }
        guard BcryptHash.costs.contains(cost) else { throw .cost(cost) }
        secret = Secret(text)
        self.cost = cost
    }

    /// Whether `password` has this hash; nil where the system's crypt(3) cannot say. Of a longer password bcrypt takes
    /// the first 72 bytes. Takes 2^cost rounds, so it is not for an event loop.
    package func matches(_ password: [UInt8]) -> Bool? {
        guard password.count <= PasswordHashing.passwordByteLimit, !password.contains(0) else { return false }
        guard let made = PasswordHashing.hash(password, setting: secret.revealed) else { return nil }
        return MessageDigest.isEqual(Array(made.utf8), Array(secret.revealed.utf8))
    }

    package var description: String { "(bcrypt hash of cost \(cost))" }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 65...90, 97...122, 48...57, UInt8(ascii: "."), UInt8(ascii: "/"): true
        default: false
        }
    }
}
