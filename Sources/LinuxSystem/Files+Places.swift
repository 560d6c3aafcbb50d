internal import CLinux
internal import Glibc

extension Files {
    private static let tmpfsMagic: UInt32 = 0x0102_1994
    private static let ramfsMagic: UInt32 = 0x8584_58f6

    /// The absolute path without links.
    package static func canonicalPath(_ path: String) throws(SystemError) -> String {
        guard let resolved = realpath(path, nil) else { throw SystemError.last("realpath", path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether a path is on a file system that is in memory alone: a tmpfs or a ramfs.
    package static func isInMemory(_ path: String) throws(SystemError) -> Bool {
        var status = statfs()
        try retryingInterrupts("statfs", path) { statfs(path, &status) }
        let type = UInt32(truncatingIfNeeded: status.f_type)
        return type == tmpfsMagic || type == ramfsMagic
    }

    /// The permission bits of a file, links followed.
    package static func permissions(_ path: String) throws(SystemError) -> UInt32 {
        var status = stat()
        try retryingInterrupts("stat", path) { stat(path, &status) }
        return UInt32(status.st_mode) & 0o7777
    }

    /// Whether a path is a directory, no link to one, that belongs to this process's user and gives nobody else any of
    /// `denied`, the bits of its permissions.
    package static func isOwnDirectory(_ path: String, denied: UInt32) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
            && UInt32(status.st_mode) & denied == 0
    }
}

extension Machine {
    /// Whom this process acts for.
    package static func userID() -> UInt32 { geteuid() }
}
