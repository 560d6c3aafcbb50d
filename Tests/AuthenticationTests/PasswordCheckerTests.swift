import LinuxSystem
import SettingsFile
import Synchronization
import Testing

@testable import Authentication

@Suite(.timeLimit(.minutes(2))) struct PasswordCheckerTests {
    /// Of "swordfish-4711" and "hunter2-gw-8", cost 4.
    static let first = "$2y$04$zqYvKk4CuYUWxubEe0.vruyVg/iKFDm1mibb30lb8eRtDpt29wjAe"
    static let second = "$2y$04$mdncwjFs.AbCxZY15mQjUOMJIQl8.r0S1lSKcjTVfYtJqJCZTO0Ie"

    private func checker(_ limits: PasswordCheckLimits = PasswordCheckLimits(workerCount: 1)) throws -> PasswordChecker
    {
        try PasswordChecker(
            [("gw-7", BcryptHash(Self.first)), ("gw-8", BcryptHash(Self.second))], limits: limits)
    }

    @Test func aRightPasswordIsComputedOnce() async throws {
        let checker = try checker()
        let password = Secret("swordfish-4711")
        #expect(!checker.isKnown("gw-7", password))
        for _ in 0..<20 { #expect(await checker.check("gw-7", password, from: "a") == .right) }
        #expect(checker.isKnown("gw-7", password))
        #expect(checker.checkCount == 1)
        // It is known for this user and this password only.
        for (user, text) in [("gw-8", "swordfish-4711"), ("gw-7", "hunter2-gw-8"), ("gw-", "7swordfish-4711")] {
            #expect(!checker.isKnown(user, Secret(text)))
            #expect(await checker.check(user, Secret(text), from: "a") == .wrong)
        }
        #expect(await checker.check("gw-8", Secret("hunter2-gw-8"), from: "a") == .right)
        #expect(checker.isKnown("gw-7", password))
    }

    /// A user's name is its bytes: what is equivalent to it for Unicode is nobody's, and has no limits of its own.
    @Test func aNameIsItsBytes() async throws {
        let checker = try PasswordChecker(
            [("caf\u{e9}", BcryptHash(Self.first))], limits: PasswordCheckLimits(workerCount: 1))
        let password = Secret("swordfish-4711")
        #expect(await checker.check("cafe\u{301}", password, from: "a") == .wrong)
        #expect(await checker.check("caf\u{e9}", password, from: "a") == .right)
        #expect(!checker.isKnown("cafe\u{301}", password))
    }

    /// An unknown user costs a bcrypt as well, even with a password that is another's.
    @Test func anUnknownUserCostsWhatAWrongPasswordCosts() async throws {
        let checker = try checker()
        #expect(await checker.check("gw-7", Secret("wrong"), from: "a") == .wrong)
        #expect(checker.checkCount == 1)
        for password in ["wrong", "swordfish-4711", "hunter2-gw-8"] {
            let before = checker.checkCount
            #expect(await checker.check("nobody", Secret(password), from: "a") == .wrong)
            #expect(checker.checkCount == before + 1)
            #expect(!checker.isKnown("nobody", Secret(password)))
        }
        // A wrong password is computed each time it comes.
        let before = checker.checkCount
        for _ in 0..<3 { #expect(await checker.check("gw-7", Secret("wrong"), from: "a") == .wrong) }
        #expect(checker.checkCount == before + 3)
    }

    @Test func theSameCredentialsAtOnceAreComputedOnce() async throws {
        let checker = try checker()
        await withTaskGroup(of: PasswordChecker.Verdict.self) { group in
            for _ in 0..<200 {
                group.addTask { await checker.check("gw-7", Secret("swordfish-4711"), from: "a") }
            }
            for await verdict in group { #expect(verdict == .right) }
        }
        #expect(checker.checkCount == 1)
    }

    /// Without a worker nothing leaves the queue, so that exactly the limits are let in.
    @Test func aFloodMeetsItsLimitsByAddressAndInAll() throws {
        let checker = try checker(PasswordCheckLimits(workerCount: 0, waitingLimit: 10, waitingLimitPerAddress: 4))
        let refused = Mutex<[String: Int]>([:])
        for address in ["a", "b", "c"] {
            for number in 0..<50 {
                checker.check("gw-7", Secret("wrong \(number) \(address)"), from: address) { verdict in
                    #expect(verdict == .busy)
                    refused.withLock { $0[address, default: 0] += 1 }
                }
            }
        }
        // Four each of a and b, and the two that are left of ten for c.
        #expect(refused.withLock { $0 } == ["a": 46, "b": 46, "c": 48])
        // Those who ask what is asked already wait with it.
        checker.check("gw-7", Secret("wrong 0 a"), from: "d") { _ in Issue.record("nothing is computed here") }
    }

    /// A flood from one address is worked off and leaves its place free again.
    @Test func theQueueEmpties() async throws {
        let checker = try checker(PasswordCheckLimits(workerCount: 2, waitingLimit: 8, waitingLimitPerAddress: 4))
        for round in 0..<5 {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        #expect(await checker.check("gw-7", Secret("\(round) \(number)"), from: "a") == .wrong)
                    }
                }
            }
        }
        #expect(checker.checkCount == 20)
        #expect(await checker.check("gw-7", Secret("swordfish-4711"), from: "a") == .right)
    }
}
