import LinuxSystem
import TestPeers
import Testing

@testable import Authentication

@Suite struct BcryptHashTests {
    /// Published vectors: crypt_blowfish's and OpenBSD's, as many programs test against them.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        ("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
        ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
        ("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"),
    ])
    func agreesWithPublishedVectors(_ password: String, _ hash: String) throws {
        for version in ["a", "b", "y"] {
            let hash = try BcryptHash("$2\(version)" + hash.dropFirst(3))
            #expect(hash.matches(Array(password.utf8)) == true)
            #expect(hash.matches(Array((password + "x").utf8)) == false)
            #expect(hash.matches(Array(password.uppercased().utf8 + [33])) == false)
        }
    }

    @Test func tellsWhatIsNoSuchHash() {
        let body = "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        func problem(_ text: String) -> BcryptHash.Problem? {
            do throws(BcryptHash.Problem) {
                _ = try BcryptHash(text)
                return nil
            } catch {
                return error
            }
        }
        #expect(problem("$2b$04$" + body) == nil)
        #expect(problem("$2b$15$" + body) == nil)
        #expect(problem("$2b$16$" + body) == .cost(16))
        #expect(problem("$2b$31$" + body) == .cost(31))
        #expect(problem("$2b$03$" + body) == .cost(3))
        #expect(problem("$2x$05$" + body) == .brokenVersion)
        for text in [
            "", "hunter2", "$2c$05$" + body, "$2$05$C" + body, "$2b$5$C" + body, "$2b$05$" + body + "a",
            "$2b$05$" + body.dropLast(), "$2b$ab$" + body, "$2b$+5$" + body, "$2b$05$" + body.dropLast() + ":",
            "$6$saltsalt$" + body, "$apr1$saltsalt$x",
        ] {
            #expect(problem(text) == .malformed, "\(text)")
        }
    }

    @Test func neverShowsItself() throws {
        let text = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        let hash = try BcryptHash(text)
        var dumped = ""
        dump(hash, to: &dumped)
        for shown in ["\(hash)", String(reflecting: hash), dumped] { #expect(!shown.contains("CCCC")) }
    }

    /// Of a long password bcrypt takes 72 bytes; what libcrypt cannot take at all is wrong.
    @Test func longPasswords() throws {
        let base = "$2b$04$CCCCCCCCCCCCCCCCCCCCC."
        let long = [UInt8](repeating: 97, count: 72)
        let made = try #require(PasswordHashing.hash(long, setting: base))
        let hash = try BcryptHash(made)
        #expect(hash.matches(long) == true)
        #expect(hash.matches(long + [98]) == true)
        #expect(hash.matches(Array(long.dropLast())) == false)
        #expect(hash.matches([UInt8](repeating: 97, count: 512)) == false)
        #expect(hash.matches(long + [0]) == false)
    }

    /// Apache's htpasswd as an independent maker of hashes.
    @Test(
        .enabled(if: Files.exists("/usr/bin/htpasswd"), "apache2-utils is not installed"),
        arguments: ["s3cret", "größe & 漢字", "spaces in it ", "$2y$10$looks:like"])
    func agreesWithHtpasswd(_ password: String) throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let process = try RealProcess(
            "/usr/bin/htpasswd", ["-nbBC", "5", "name", password], log: directory.path + "/output")
        #expect(process.waitForEnd() == 0)
        let line = try #require(process.log.split(separator: "\n").first)
        let hash = try BcryptHash(String(line.dropFirst("name:".count)))
        #expect(hash.cost == 5)
        #expect(hash.matches(Array(password.utf8)) == true)
        #expect(hash.matches(Array((password + " ").utf8)) == false)
    }
}
