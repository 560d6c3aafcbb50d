import Glibc
import LinuxSystem

/// A fresh directory, removed at the end of its life.
final class TemporaryDirectory {
    let path: String

    init() {
        var template = Array("/tmp/wayside-http-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    deinit {
        for name in (try? Files.list(path)) ?? [] { unlink(path + "/" + name) }
        rmdir(path)
    }
}

/// The permission bits of a name, nil where there is none.
func permissions(of path: String) -> UInt32? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}
