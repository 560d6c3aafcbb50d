internal import Glibc

/// What tells whether a directory is still the same one, and whether there are directories in it.
package struct DirectoryStatus: Sendable, Hashable {
    package let inode: UInt64
    /// Two and one for each directory inside, where the filesystem counts them, as those of the kernel do; 1 where it
    /// does not.
    package let linkCount: UInt64
    /// When entries last came or went, in nanoseconds since 1970.
    package let modifiedUnixNanoseconds: Int64

    /// Nil where there is no directory at `path` that can be asked.
    package init?(of path: String) {
        var status = stat()
        guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
        self.init(status)
    }

    /// The same of `name` in `directory`, which spares the kernel the walk along the path to it.
    init?(of name: String, in directory: borrowing FileDescriptor) {
        var status = stat()
        let number = directory.number
        guard name.withCString({ fstatat(number, $0, &status, 0) }) == 0 else { return nil }
        self.init(status)
    }

    private init?(_ status: stat) {
        guard status.st_mode & S_IFMT == S_IFDIR else { return nil }
        inode = UInt64(status.st_ino)
        linkCount = UInt64(status.st_nlink)
        modifiedUnixNanoseconds = status.st_mtim.unixNanoseconds
    }
}
