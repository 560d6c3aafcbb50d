import Glibc
import LinuxSystem
import TestPeers
import Testing

@testable import WaysideAgent

/// Where what waits for a commit is kept: only in memory, and only where nobody else can put anything.
@Suite struct UnsyncedDirectoryTests {
    /// A directory on the machine's tmpfs; nil where there is none.
    private static func scratch() throws -> ScratchDirectory? {
        guard try Files.isInMemory("/dev/shm") else { return nil }
        return try ScratchDirectory(below: "/dev/shm")
    }

    private static func find(
        _ setting: String?, data: String, runtime: String? = nil, places: [String] = []
    ) -> UnsyncedDirectory {
        UnsyncedDirectory(setting: setting, dataDirectory: data, runtimeDirectory: runtime, places: places)
    }

    private static func isUnusable(_ found: UnsyncedDirectory) -> Bool {
        if case .unusable = found { true } else { false }
    }

    @Test func eachDataDirectoryHasItsOwn() throws {
        guard let memory = try Self.scratch() else { return }
        let data = try ScratchDirectory()
        defer { withExtendedLifetime(data) {} }
        let other = try ScratchDirectory()
        defer { withExtendedLifetime(other) {} }
        guard case .directory(let path) = Self.find(memory.path, data: data.path) else {
            Issue.record("none was found")
            return
        }
        #expect(path.hasPrefix(memory.path + "/unsynced-"))
        #expect(Files.isOwnDirectory(path, denied: 0o077))
        #expect(
            Self.find(memory.path, data: data.path + "/../" + data.path.split(separator: "/").last!) == .directory(path)
        )
        #expect(Self.find(memory.path, data: other.path) != .directory(path))
    }

    @Test func theRuntimeDirectoryComesFirstAndTheOthersInTurn() throws {
        guard let memory = try Self.scratch() else { return }
        let data = try ScratchDirectory()
        defer { withExtendedLifetime(data) {} }
        func base(_ found: UnsyncedDirectory) -> String {
            if case .directory(let path) = found { Files.parent(of: path) } else { "\(found)" }
        }
        let (run, place) = (memory.path + "/run", memory.path + "/place")
        #expect(base(Self.find(nil, data: data.path, runtime: run + ":/elsewhere", places: [place])) == run)
        #expect(base(Self.find(nil, data: data.path, places: ["/proc/none", data.path, place])) == place)
        #expect(base(Self.find(memory.path, data: data.path, runtime: run, places: [place])) == memory.path)
        #expect(Self.find("", data: data.path, runtime: run, places: [place]) == .off)
    }

    @Test func neitherFlashNorALinkNorAnOpenDirectoryWillDo() throws {
        guard let memory = try Self.scratch() else { return }
        let data = try ScratchDirectory(below: "/var/tmp")
        defer { withExtendedLifetime(data) {} }
        if try !Files.isInMemory(data.path) {
            #expect(Self.isUnusable(Self.find(data.path, data: data.path)))
        }
        guard case .directory(let path) = Self.find(memory.path, data: data.path) else { return }
        chmod(path, 0o755)
        #expect(Self.isUnusable(Self.find(memory.path, data: data.path)))
        rmdir(path)
        try Files.makeDirectory(memory.path + "/elsewhere", permissions: 0o700)
        symlink(memory.path + "/elsewhere", path)
        #expect(Self.isUnusable(Self.find(memory.path, data: data.path)))
        unlink(path)
        // Where others may write, one of them could exchange what is ours.
        chmod(memory.path, 0o777)
        #expect(Self.isUnusable(Self.find(nil, data: data.path, places: [memory.path])))
        #expect(!Self.isUnusable(Self.find(memory.path, data: data.path)))
    }
}
