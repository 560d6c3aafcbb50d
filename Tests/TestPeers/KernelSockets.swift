internal import Glibc

/// What the kernel knows of TCP connections (/proc/net/tcp).
package enum KernelSockets {
    /// The most bytes that wait unread on any established IPv4 connection towards a port.
    package static func unreadByteCount(towards port: Int) throws -> Int {
        var most = 0
        for line in try readText("/proc/net/tcp").split(separator: "\n").dropFirst() {
            // sl, local_address, rem_address, st, tx_queue:rx_queue, all hexadecimal.
            let words = line.split(separator: " ")
            guard words.count > 4, words[3] == "01", let remote = words[2].split(separator: ":").last,
                Int(remote, radix: 16) == port, let unread = words[4].split(separator: ":").last
            else { continue }
            most = max(most, Int(unread, radix: 16) ?? 0)
        }
        return most
    }

    /// The inodes of all established IPv4 connections towards a port.
    package static func inodes(towards port: Int) throws -> Set<String> {
        var inodes: Set<String> = []
        for line in try readText("/proc/net/tcp").split(separator: "\n").dropFirst() {
            // The tenth word is the inode.
            let words = line.split(separator: " ")
            guard words.count > 9, words[3] == "01", let remote = words[2].split(separator: ":").last,
                Int(remote, radix: 16) == port
            else { continue }
            inodes.insert(String(words[9]))
        }
        return inodes
    }
}
