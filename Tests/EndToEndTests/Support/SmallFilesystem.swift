import Glibc
import LinuxSystem
import TestPeers

/// An ext4 of its own in a file, mounted where a test wants it; only root can have one.
final class SmallFilesystem {
    let mountPoint: String
    private let directory: ScratchDirectory
    private var image: String { directory.path + "/image" }
    private var ballast: String { mountPoint + "/ballast" }

    /// Whether this machine lets the tests mount one; found out by doing it.
    static let isPossible: Bool = {
        do {
            let directory = try ScratchDirectory()
            defer { withExtendedLifetime(directory) {} }
            _ = try SmallFilesystem(at: directory.path + "/mount", mebibytes: 8)
            return geteuid() == 0
        } catch {
            return false
        }
    }()

    init(at mountPoint: String, mebibytes: Int) throws {
        self.mountPoint = mountPoint
        directory = try ScratchDirectory()
        try Files.makeDirectory(mountPoint)
        try SmallFilesystem.run("truncate", ["-s", "\(mebibytes)M", image])
        try SmallFilesystem.run("mkfs.ext4", ["-q", "-F", "-m", "0", image])
        try mount()
    }

    deinit {
        // Lazily, because a test that has failed may have left a process that uses it.
        do { try SmallFilesystem.run("umount", ["--lazy", mountPoint]) } catch { print("\(error)") }
        // Whoever owned the directories may have gone before, and could not remove them while this was mounted there.
        rmdir(mountPoint)
        rmdir(Files.parent(of: mountPoint))
    }

    func mount() throws {
        try SmallFilesystem.run("mount", ["-o", "loop,errors=remount-ro", image, mountPoint])
    }

    func unmount() throws { try SmallFilesystem.run("umount", [mountPoint]) }

    /// Fills it up to the given rest.
    func fill(leavingKibibytes rest: Int) throws {
        let usage = try FilesystemUsage(of: mountPoint)
        // The file system keeps some blocks for its own maps, so the last are filled by writing until there are none.
        let count = max(0, Int(usage.freeBlocks) * Int(usage.blockByteCount) / 1024 - max(rest, 1024))
        try SmallFilesystem.run("fallocate", ["-l", "\(count)K", ballast])
        guard rest == 0 else { return }
        let filled = try Programs.run(SmallFilesystem.path("dd"), ["if=/dev/zero", "of=\(ballast)-rest", "bs=1024"])
        guard filled.exitCode != 0 else { throw PeerError("\(mountPoint) cannot be filled: \(filled.output)") }
    }

    func freeByteCount() throws -> Int64 {
        let usage = try FilesystemUsage(of: mountPoint)
        return Int64(usage.freeBlocks) * Int64(usage.blockByteCount)
    }

    func makeRoom() { unlink(ballast) }

    func remount(readOnly: Bool) throws {
        try SmallFilesystem.run("mount", ["-o", "remount,\(readOnly ? "ro" : "rw")", mountPoint])
    }

    /// Makes the kernel believe that it is damaged, upon which it turns read-only under everybody's open files.
    func fail() throws {
        try writeText("1", to: "/sys/fs/ext4/\(try device())/trigger_fs_error")
    }

    /// Repairs the image while it is not mounted.
    func repair() throws {
        // 1 says that it has corrected something.
        let result = try Programs.run(SmallFilesystem.path("e2fsck"), ["-f", "-y", image])
        guard result.exitCode <= 1 else { throw PeerError(result.output) }
    }

    private func device() throws -> String {
        let result = try Programs.run(SmallFilesystem.path("findmnt"), ["-n", "-o", "SOURCE", mountPoint])
        guard let name = result.output.split(separator: "/").last else {
            throw PeerError("\(mountPoint) is not mounted")
        }
        return String(name.filter { !$0.isWhitespace })
    }

    private static func run(_ name: String, _ arguments: [String]) throws {
        let result = try Programs.run(path(name), arguments)
        guard result.exitCode == 0 else { throw PeerError("\(name) \(arguments): \(result.output)") }
    }

    /// Where a system tool is; some are only in root's PATH.
    private static func path(_ name: String) -> String {
        ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"].map { $0 + name }.first { Files.exists($0) } ?? name
    }
}
