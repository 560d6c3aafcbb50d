internal import LinuxSystem
internal import SettingsFile
internal import Synchronization
internal import TLSTransport

/// Checks passwords against bcrypt hashes on threads of its own, few at a time.
///
/// A password found right is remembered by a digest, keyed with what only this process knows, so that it costs no
/// further bcrypt; one a user, so that there are never more than users. The same credentials asked for several times
/// at once are checked once. A user that does not exist costs what a wrong password costs.
final class PasswordChecker: Sendable {
    enum Verdict: Sendable {
        case right
        case wrong
        /// Not checked: too many wait.
        case busy
        case unavailable
    }

    typealias Waiter = @Sendable (Verdict) -> Void

    /// A check that waits or is under way.
    private struct Job {
        let user: String
        let password: Secret
        let address: String
        var waiters: [Waiter]
    }

    private struct State {
        /// By the digest of the credentials.
        var jobs: [[UInt8]: Job] = [:]
        var waiting: [[UInt8]] = []
        var countByAddress: [String: Int] = [:]
        var workerCount = 0
        /// By the bytes of users' names: as texts, two of them might be equivalent.
        var rightDigests: [[UInt8]: [UInt8]] = [:]
        var checkCount: UInt64 = 0
    }

    /// By the bytes of users' names.
    private let hashes: [[UInt8]: BcryptHash]
    /// What an unknown user's password is compared with: the slowest, so that being unknown never shows by being quick.
    private let stand: BcryptHash?
    private let limits: PasswordCheckLimits
    private let key: [UInt8]
    private let state = Mutex(State())

    init(_ users: [(name: String, hash: BcryptHash)], limits: PasswordCheckLimits) {
        hashes = Dictionary(users.map { (Array($0.name.utf8), $0.hash) }, uniquingKeysWith: { first, _ in first })
        stand = users.map(\.hash).max { $0.cost < $1.cost }
        self.limits = limits
        key = (0..<4).flatMap { _ in withUnsafeBytes(of: Machine.randomWord()) { Array($0) } }
    }

    /// How often bcrypt has been computed.
    var checkCount: UInt64 { state.withLock { $0.checkCount } }

    /// Whether this password has been found right before.
    func isKnown(_ user: String, _ password: Secret) -> Bool {
        guard let digest = state.withLock({ $0.rightDigests[Array(user.utf8)] }) else { return false }
        return MessageDigest.isEqual(digest, self.digest(user, password))
    }

    /// Waits for a thread to check the password. `address` is who asks, without a port.
    func check(_ user: String, _ password: Secret, from address: String) async -> Verdict {
        await withCheckedContinuation { continuation in
            check(user, password, from: address) { continuation.resume(returning: $0) }
        }
    }

    /// The same; `waiter` is called once, from here or from a thread that checks.
    func check(_ user: String, _ password: Secret, from address: String, _ waiter: @escaping Waiter) {
        let digest = digest(user, password)
        let immediate = state.withLock { state -> Verdict? in
            // Found right since the caller looked.
            if state.rightDigests[Array(user.utf8)] == digest { return .right }
            if state.jobs[digest] != nil {
                state.jobs[digest]?.waiters.append(waiter)
                return nil
            }
            guard state.waiting.count < limits.waitingLimit,
                state.countByAddress[address, default: 0] < limits.waitingLimitPerAddress
            else { return .busy }
            state.jobs[digest] = Job(user: user, password: password, address: address, waiters: [waiter])
            state.waiting.append(digest)
            state.countByAddress[address, default: 0] += 1
            return nil
        }
        if let immediate { waiter(immediate) } else { startWorker() }
    }

    private func startWorker() {
        let isWanted = state.withLock { state in
            guard !state.waiting.isEmpty, state.workerCount < limits.workerCount else { return false }
            state.workerCount += 1
            return true
        }
        guard isWanted else { return }
        do throws(SystemError) {
            try DedicatedThread.start(name: "passwords") { self.work() }
        } catch {
            // No thread to be had: whoever waits is told to come back, unless another worker is at it.
            let jobs = state.withLock { state -> [Job] in
                state.workerCount -= 1
                guard state.workerCount == 0 else { return [] }
                defer {
                    state.waiting = []
                    state.jobs = [:]
                    state.countByAddress = [:]
                }
                return Array(state.jobs.values)
            }
            for waiter in jobs.flatMap(\.waiters) { waiter(.busy) }
        }
    }

    /// Checks until nothing waits.
    private func work() {
        while true {
            let next = state.withLock { state -> ([UInt8], Job)? in
                guard !state.waiting.isEmpty else {
                    state.workerCount -= 1
                    return nil
                }
                let digest = state.waiting.removeFirst()
                guard let job = state.jobs[digest] else { preconditionFailure("what waits has a job") }
                state.checkCount += 1
                return (digest, job)
            }
            guard let (digest, job) = next else { return }
            let verdict = verdict(job)
            let waiters = state.withLock { state -> [Waiter] in
                if verdict == .right { state.rightDigests[Array(job.user.utf8)] = digest }
                let count = (state.countByAddress[job.address] ?? 1) - 1
                state.countByAddress[job.address] = count > 0 ? count : nil
                // Those who came while it was under way are among them.
                return state.jobs.removeValue(forKey: digest)?.waiters ?? []
            }
            for waiter in waiters { waiter(verdict) }
        }
    }

    private func verdict(_ job: Job) -> Verdict {
        let known = hashes[Array(job.user.utf8)]
        guard let hash = known ?? stand, let matches = hash.matches(Array(job.password.revealed.utf8)) else {
            return .unavailable
        }
        return matches && known != nil ? .right : .wrong
    }

    private func digest(_ user: String, _ password: Secret) -> [UInt8] {
        // The length keeps "ab" + "c" apart from "a" + "bc".
        let length = withUnsafeBytes(of: UInt64(user.utf8.count).littleEndian) { Array($0) }
        return MessageDigest.keyed(length + user.utf8 + password.revealed.utf8, key: key)
    }
}
