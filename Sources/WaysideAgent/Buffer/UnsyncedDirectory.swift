internal import LinuxSystem

/// Where what waits for a commit is kept in memory, so that it survives the end of the process (RingLog's DESIGN.md,
/// "Refuge").
///
/// It holds samples of the plant, and what it holds is believed after a restart: so it is a directory that belongs to
/// this user alone, no link, on a tmpfs. Each data directory has its own.
enum UnsyncedDirectory: Hashable {
    case directory(String)
    /// The operator wants none.
    case off
    /// None of those tried can be used, and why.
    case unusable([String])

    /// Finds it or makes it. `setting` is `buffer.unsynced_directory`; `runtimeDirectory` what systemd made for us.
    /// The data directory exists.
    init(
        setting: String?, dataDirectory: String, runtimeDirectory: String?,
        places: [String] = ["/run/wayside-agent", "/dev/shm/wayside-agent-\(Machine.userID())"]
    ) {
        if setting == "" {
            self = .off
            return
        }
        var problems: [String] = []
        // Of several runtime directories, which colons separate, the first.
        let runtime = (runtimeDirectory?.split(separator: ":").first).map { [String($0)] } ?? []
        for base in setting.map({ [$0] }) ?? runtime + places {
            do {
                // Where others may write, one of them could put another directory in its place; who names one knows.
                self = .directory(
                    try Self.make(in: base, for: dataDirectory, isBaseOwn: setting == nil))
                return
            } catch {
                problems.append("\(error)")
            }
        }
        self = .unusable(problems)
    }

    private static func make(in base: String, for dataDirectory: String, isBaseOwn: Bool) throws -> String {
        let path = base + "/unsynced-" + hash(try Files.canonicalPath(dataDirectory))
        try Files.makeDirectory(base, permissions: 0o700)
        guard try Files.isInMemory(base) else { throw Unfit(path: base, reason: "is not on a tmpfs") }
        guard !isBaseOwn || Files.isOwnDirectory(base, denied: 0o022) else {
            throw Unfit(path: base, reason: "can be written by others, or is a link or somebody else's")
        }
        try Files.makeDirectory(path, permissions: 0o700)
        guard Files.isOwnDirectory(path, denied: 0o077) else {
            throw Unfit(path: path, reason: "is open to others, or is a link or somebody else's")
        }
        return path
    }

    /// FNV-1a of 64 bits, in hexadecimal.
    private static func hash(_ text: String) -> String {
        let word = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Why a directory cannot be used.
    private struct Unfit: Error, CustomStringConvertible {
        let path: String
        let reason: String

        var description: String { "\(path) \(reason)" }
    }
}
