internal import CLinux
internal import Glibc

extension Files {
    /// When a file's contents were last changed, in ms since 1970.
    package static func modifiedUnixMilliseconds(_ path: String) throws(SystemError) -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError.last("stat", path) }
        return Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
    }
}
