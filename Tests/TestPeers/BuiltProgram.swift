internal import Glibc

/// The programs of this package, built beside the tests.
package enum BuiltProgram {
    /// The path of a program; the test target must depend on it, or it may be missing or old.
    package static func path(_ name: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { throw PeerError("readlink: error \(errno)") }
        let own = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let directory = own[..<(own.lastIndex(of: "/") ?? own.startIndex)]
        let path = "\(directory)/\(name)"
        guard access(path, X_OK) == 0 else { throw PeerError("\(path) has not been built") }
        return path
    }
}
