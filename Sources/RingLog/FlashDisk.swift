internal import Glibc
package import LinuxSystem

/// A directory on a real file system. Its files are regular ones: whoever else may write into the directory can neither
/// have others overwritten by a link nor make this wait by a FIFO.
package struct FlashDisk: RingDisk, Sendable {
    package let directory: String
    private let filePermissions: UInt32
    private let makesDirectory: Bool

    /// `filePermissions` are those of new files. `makesDirectory` where a missing directory is to be made.
    package init(directory: String, filePermissions: UInt32 = 0o640, makesDirectory: Bool = true) {
        self.directory = directory
        self.filePermissions = filePermissions
        self.makesDirectory = makesDirectory
    }

    package func list() throws(SystemError) -> [String] {
        do throws(SystemError) {
            return try Files.list(directory)
        } catch  where error.isNotFound {
            return []
        }
    }

    package func open(_ name: String) throws(SystemError) -> FlashFile {
        do throws(SystemError) {
            return FlashFile(try FileDescriptor(openingRegular: path(name), O_RDWR))
        } catch  where error.errorNumber == EROFS || error.isPermissionDenied {
            // Read only; who writes is told why it is.
            return FlashFile(try FileDescriptor(openingRegular: path(name), O_RDONLY), refusal: error)
        }
    }

    package func create(_ name: String) throws(SystemError) -> FlashFile {
        if makesDirectory { try Files.makeDirectory(directory) }
        return FlashFile(
            try FileDescriptor(
                openingRegular: path(name), O_RDWR | O_CREAT | O_TRUNC, permissions: mode_t(filePermissions)))
    }

    package func rename(_ name: String, to newName: String) throws(SystemError) {
        try Files.rename(path(name), to: path(newName))
    }

    package func remove(_ name: String) throws(SystemError) {
        try Files.remove(path(name))
    }

    package func synchroniseNames() throws(SystemError) {
        try Files.synchroniseDirectory(directory)
    }

    private func path(_ name: String) -> String { directory + "/" + name }
}
