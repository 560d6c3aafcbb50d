internal import CLinux
internal import Glibc

/// What statfs(2) says of a mounted filesystem.
package struct FilesystemUsage: Sendable, Hashable {
    package let blockByteCount: Int64
    package let blocks: UInt64
    package let freeBlocks: UInt64
    /// Free blocks that unprivileged users may take.
    package let availableBlocks: UInt64
    package let files: UInt64
    package let freeFiles: UInt64

    package init(
        blockByteCount: Int64, blocks: UInt64, freeBlocks: UInt64, availableBlocks: UInt64, files: UInt64,
        freeFiles: UInt64
    ) {
        self.blockByteCount = blockByteCount
        self.blocks = blocks
        self.freeBlocks = freeBlocks
        self.availableBlocks = availableBlocks
        self.files = files
        self.freeFiles = freeFiles
    }

    /// Asks the filesystem that `path` is on. It can block for ever where its server or driver does not answer.
    package init(of path: String) throws(SystemError) {
        var status = statfs()
        try retryingInterrupts("statfs", path) { path.withCString { statfs($0, &status) } }
        self.init(
            blockByteCount: Int64(status.f_bsize), blocks: UInt64(status.f_blocks),
            freeBlocks: UInt64(status.f_bfree), availableBlocks: UInt64(status.f_bavail),
            files: UInt64(status.f_files), freeFiles: UInt64(status.f_ffree))
    }
}
