internal import Glibc

/// A directory of its own for one test, removed with all it holds when its owner goes.
package final class ScratchDirectory: Sendable {
    package let path: String

    package init(below parent: String = "/tmp") throws {
        var template = Array("\(parent)/wayside-test-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) } != nil
        }
        guard made else { throw PeerError("mkdtemp: error \(errno)") }
        path = template.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }

    deinit { Self.removeAll(path) }

    /// Removes a file or a directory with all it holds, without following links. What cannot be removed stays
    /// there, which is no test's failure.
    private static func removeAll(_ path: String) {
        if unlink(path) == 0 { return }
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                    tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { removeAll(path + "/" + name) }
            }
            closedir(directory)
        }
        rmdir(path)
    }
}
