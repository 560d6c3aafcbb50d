internal import Glibc
internal import LinuxSystem
internal import Synchronization

/// Databases that the disk did not give back when they were read (a bad sector under them), or that took no writes, and
/// when that counts as damage.
///
/// One failure may be a loose cable or a bus that is too busy, so a file is given up only after `readAttemptLimit`
/// attempts, apart from each other, in each of which the directory took and synced a small file: where the disk as a
/// whole is gone, full or read-only, nothing is learnt of a single file. A file that has been given up is read like a
/// damaged one until it has not failed for `readFailureMemoryMilliseconds`. Reading and writing are counted apart.
final class UnreadableFiles: Sendable {
    static let checkFileName = "disk-check.tmp"
    private static let checkByteCount = 4096

    /// What of a file failed.
    enum Access: Hashable {
        case reading, writing
    }

    private struct Key: Hashable {
        let name: String
        var access = Access.reading
    }

    private struct Failures {
        var attempts = 0
        var countedAt: Int64 = 0
        var seenAt: Int64
        var reason = ""
    }

    private struct State {
        var files: [Key: Failures] = [:]
        /// Only one thread writes the small file at a time.
        var isChecking = false
        var failures: UInt64 = 0
    }

    private let directory: String
    private let settings: StoreSettings
    /// A clock in milliseconds that nobody sets.
    private let now: @Sendable () -> Int64
    private let state = Mutex(State())

    init(
        directory: String, settings: StoreSettings,
        now: @escaping @Sendable () -> Int64 = { Clocks.monotonicNanoseconds() / 1_000_000 }
    ) {
        self.directory = directory
        self.settings = settings
        self.now = now
    }

    /// Counts a failure to read the file, or to write to it; true where it is given up.
    func note(_ name: String, _ reason: String, _ access: Access = .reading) -> Bool {
        let now = now()
        let key = Key(name: name, access: access)
        let isDue = state.withLock { state in
            if access == .reading { state.failures += 1 }
            var failures = known(key, state, now) ?? Failures(seenAt: now)
            failures.seenAt = now
            failures.reason = reason
            state.files[key] = failures
            let isApart =
                failures.attempts == 0 || now - failures.countedAt >= settings.readAttemptSpacingMilliseconds
            guard isApart, failures.attempts < settings.readAttemptLimit, !state.isChecking else { return false }
            state.isChecking = true
            return true
        }
        guard isDue else { return isGivenUp(key) }
        let isDiskWell = takesAFile()
        state.withLock { state in
            state.isChecking = false
            guard isDiskWell else { return }
            state.files[key]?.attempts += 1
            state.files[key]?.countedAt = now
        }
        return isGivenUp(key)
    }

    /// Whether what cannot be read of the file is taken for damaged.
    func isGivenUp(_ name: String) -> Bool { isGivenUp(Key(name: name)) }

    private func isGivenUp(_ key: Key) -> Bool {
        let now = now()
        return state.withLock { known(key, $0, now).map { $0.attempts >= settings.readAttemptLimit } ?? false }
    }

    /// Remembers that a file that was given up is no better.
    func noteDamage(of name: String) {
        let now = now()
        state.withLock { state in
            guard var failures = known(Key(name: name), state, now) else { return }
            failures.seenAt = now
            state.files[Key(name: name)] = failures
        }
    }

    /// The file has gone, and what was wrong with it is not wrong with the next.
    func forget(_ name: String) {
        state.withLock { state in
            state.files[Key(name: name)] = nil
            state.files[Key(name: name, access: .writing)] = nil
        }
    }

    private func known(_ key: Key, _ state: State, _ now: Int64) -> Failures? {
        state.files[key].flatMap { now - $0.seenAt < settings.readFailureMemoryMilliseconds ? $0 : nil }
    }

    func fill(_ statistics: inout StoreStatistics) {
        let now = now()
        state.withLock { state in
            statistics.readFailures = state.failures
            var newest: Failures?
            // A seal that cannot write says so itself.
            for key in state.files.keys.filter({ $0.access == .reading }).sorted(by: { $0.name < $1.name }) {
                guard let failures = known(key, state, now), failures.seenAt >= newest?.seenAt ?? .min else {
                    continue
                }
                newest = failures
            }
            statistics.readProblem =
                newest.map { failures in
                    let limit = settings.readAttemptLimit
                    return failures.reason
                        + (failures.attempts >= limit
                            ? "; given up after \(limit) attempts: what of it cannot be read is left out"
                            : "; attempt \(failures.attempts) of \(limit)")
                } ?? ""
        }
    }

    /// Whether the directory takes and syncs a small file.
    private func takesAFile() -> Bool {
        let path = directory + "/" + Self.checkFileName
        do throws(SystemError) {
            do {
                let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC)
                let bytes = [UInt8](repeating: 0xa5, count: Self.checkByteCount)
                var failure: SystemError?
                bytes.withUnsafeBytes { bytes in
                    do throws(SystemError) {
                        try file.write(bytes)
                        try file.synchronise()
                    } catch { failure = error }
                }
                if let failure { throw failure }
            }
            try Files.remove(path)
            return true
        } catch { return false }
    }
}
