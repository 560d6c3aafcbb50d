import Glibc
import HostMetrics
import LinuxSystem

/// A copy of one of the host collectors' fixture trees, whose files an input changes.
struct FuzzedTree: Sendable {
    let path: String
    /// Relative, sorted.
    let files: [String]
    let contents: [[UInt8]]

    private static let originals =
        Files.parent(of: Files.parent(of: #filePath)) + "/HostMetricsTests/Fixtures"

    /// All of them, copied under `directory`, or in their place where nil.
    static func all(under directory: String?) -> [FuzzedTree] {
        must("the fixture trees") { () throws(SystemError) in
            var trees: [FuzzedTree] = []
            for name in try Files.list(originals) where Files.isDirectory(originals + "/" + name) {
                var files: [String] = []
                try collect("", in: originals + "/" + name, into: &files)
                let path = (directory ?? originals) + "/" + name
                var contents: [[UInt8]] = []
                for file in files {
                    contents.append(try Files.read(originals + "/" + name + "/" + file))
                    guard directory != nil else { continue }
                    try Files.makeDirectory(Files.parent(of: path + "/" + file))
                    try Files.replace(path + "/" + file, with: contents[contents.count - 1])
                }
                trees.append(FuzzedTree(path: path, files: files, contents: contents))
            }
            return trees
        }
    }

    var roots: HostRoots {
        HostRoots(
            procfs: path + "/proc", sysfs: path + "/sys", rootfs: path + "/root", udevData: path + "/udev",
            netlink: path + "/netlink")
    }

    /// Changes a file in place, as the kernel does: descriptors that are open see the new text.
    func write(_ index: Int, _ bytes: [UInt8]) {
        must("a copied file") { () throws(SystemError) in
            let file = try FileDescriptor(opening: path + "/" + files[index], O_WRONLY)
            try file.truncate(to: 0)
            var failure: SystemError?
            bytes.withUnsafeBytes { buffer in
                do throws(SystemError) { try file.write(buffer, at: 0) } catch { failure = error }
            }
            if let failure { throw failure }
        }
    }

    private static func collect(_ path: String, in tree: String, into files: inout [String]) throws(SystemError) {
        for name in try Files.list(tree + "/" + path) {
            let relative = path.isEmpty ? name : path + "/" + name
            if Files.isDirectory(tree + "/" + relative) {
                // A link to a directory of the same tree would come again and again.
                if (try? Files.linkTarget(tree + "/" + relative)) == nil {
                    try collect(relative, in: tree, into: &files)
                }
            } else if name != "expected.txt", !relative.contains("/dev/") {
                files.append(relative)
            }
        }
    }
}
