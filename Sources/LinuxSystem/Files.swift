internal import Glibc

/// Whole files and directories by path.
package enum Files {
    /// Reads a file whole, at most `byteLimit` bytes of it; a longer one is an EFBIG error.
    ///
    /// Reads until the end rather than trusting the size, which is 0 for most of /proc and a page for /sys. A FIFO is an
    /// ESPIPE error.
    package static func read(_ path: String, byteLimit: Int = 4 << 20) throws(SystemError) -> [UInt8] {
        // Opening a FIFO would wait for somebody to write to it.
        let file = try FileDescriptor(opening: path, O_RDONLY | O_NONBLOCK)
        var bytes: [UInt8] = []
        var chunk = 4096
        while true {
            var failure: SystemError?
            var count = 0
            let offset = Int64(bytes.count)
            let part = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, used in
                do throws(SystemError) {
                    count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
                } catch { failure = error }
                used = count
            }
            if let failure { throw failure }
            if count == 0 { return bytes }
            guard bytes.count + count <= byteLimit else {
                throw SystemError(call: "read", path: path, errorNumber: EFBIG)
            }
            if bytes.isEmpty { bytes = part } else { bytes += part }
            chunk = min(chunk * 2, 256 << 10)
        }
    }

    /// Reads a file whole as text, without white space at its ends; bytes that are not UTF-8 are replaced.
    package static func readText(_ path: String, byteLimit: Int = 64 << 10) throws(SystemError) -> String {
        let bytes = try read(path, byteLimit: byteLimit)
        let isSpace = { (byte: UInt8) in byte == 32 || (9...13).contains(byte) }
        guard let start = bytes.firstIndex(where: { !isSpace($0) }), let end = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: bytes[start...end], as: UTF8.self)
    }

    /// Has the kernel read a file into its page cache, and does not wait for it.
    package static func readAhead(_ path: String) throws(SystemError) {
        let file = try FileDescriptor(opening: path, O_RDONLY)
        let code = posix_fadvise(file.number, 0, 0, POSIX_FADV_WILLNEED)
        guard code == 0 else { throw SystemError(call: "posix_fadvise", path: path, errorNumber: code) }
    }

    /// Writes a file so that after a crash it holds the old bytes or the new, never part: a temporary file beside
    /// it, fsync, rename, fsync of the directory.
    package static func replace(
        _ path: String, with bytes: [UInt8], permissions: UInt32 = 0o640
    ) throws(SystemError) {
        let temporary = path + ".new"
        do {
            let file = try FileDescriptor(
                opening: temporary, O_WRONLY | O_CREAT | O_TRUNC, permissions: mode_t(permissions))
            var failure: SystemError?
            bytes.withUnsafeBytes { buffer in
                do throws(SystemError) { try file.write(buffer, at: 0) } catch { failure = error }
            }
            if let failure { throw failure }
            try file.synchronise()
        }
        try retryingInterrupts("rename", path) { Glibc.rename(temporary, path) }
        try synchroniseDirectory(parent(of: path))
    }

    /// Makes a directory's entries durable.
    package static func synchroniseDirectory(_ path: String) throws(SystemError) {
        try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY).synchronise()
    }

    /// The names in a directory, sorted, without `.` and `..`; more than `limit` are an EFBIG error, for directories that
    /// others may write to.
    package static func list(_ path: String, limit: Int = .max) throws(SystemError) -> [String] {
        guard let directory = opendir(path) else { throw SystemError.last("opendir", path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            guard names.count < limit else { throw SystemError(call: "readdir", path: path, errorNumber: EFBIG) }
            names.append(name)
        }
        names.sort()
        return names
    }

    /// Makes a directory and those above it; one that exists is fine.
    package static func makeDirectory(_ path: String, permissions: UInt32 = 0o750) throws(SystemError) {
        if mkdir(path, mode_t(permissions)) == 0 { return }
        let number = errno
        if number == EEXIST && isDirectory(path) { return }
        let above = parent(of: path)
        guard number == ENOENT, above != path else {
            throw SystemError(call: "mkdir", path: path, errorNumber: number)
        }
        try makeDirectory(above, permissions: permissions)
        try retryingInterrupts("mkdir", path) { mkdir(path, mode_t(permissions)) }
    }

    package static func remove(_ path: String) throws(SystemError) {
        try retryingInterrupts("unlink", path) { unlink(path) }
    }

    package static func rename(_ path: String, to newPath: String) throws(SystemError) {
        try retryingInterrupts("rename", path) { Glibc.rename(path, newPath) }
    }

    /// Gives a file another name beside the one it has.
    package static func link(_ path: String, as newPath: String) throws(SystemError) {
        try retryingInterrupts("link", path) { Glibc.link(path, newPath) }
    }

    package static func exists(_ path: String) -> Bool {
        path.withCString { access($0, F_OK) } == 0
    }

    /// The size of what is at the path, nil where there is nothing. The file is not opened: a process that closes any
    /// descriptor of a file loses all its POSIX locks on it, those of SQLite's in the same process too.
    package static func byteCount(_ path: String) throws(SystemError) -> Int64? {
        var status = stat()
        do throws(SystemError) {
            try retryingInterrupts("stat", path) { path.withCString { stat($0, &status) } }
        } catch {
            guard error.errorNumber == ENOENT else { throw error }
            return nil
        }
        return Int64(status.st_size)
    }

    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return path.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Where a symbolic link points.
    package static func linkTarget(_ path: String) throws(SystemError) -> String {
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            let length = UnsafeMutableRawBufferPointer(buffer).withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(path, $0, text.count) } ?? -1
            }
            if length < 0 { failure = SystemError.last("readlink", path) }
            count = max(length, 0)
        }
        if let failure { throw failure }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The directory a path is in: `/` for a path at the root, `.` for a bare name.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
