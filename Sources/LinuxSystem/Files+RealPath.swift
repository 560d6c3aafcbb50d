internal import Glibc

extension Files {
    /// The path without symbolic links in it (realpath).
    package static func realPath(_ path: String) throws(SystemError) -> String {
        guard let resolved = realpath(path, nil) else { throw SystemError.last("realpath", path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The last part of a path: `hwmon0` of `/sys/class/hwmon/hwmon0`.
    package static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
