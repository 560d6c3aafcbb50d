package import Glibc

/// TCP ports of 127.0.0.1.
package enum LoopbackPort {
    /// A port that nobody listens on now. It is below the range from which the kernel takes ports for outgoing
    /// connections (32768 and up), so that it is still free when a broker of the test starts on it again.
    package static func free() throws -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: 10_240..<32_768)
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard socket >= 0 else { throw PeerError("socket: error \(errno)") }
            defer { close(socket) }
            if withAddress(port: port, { bind(socket, $0, $1) }) == 0 { return port }
        }
        throw PeerError("no free loopback port")
    }

    /// Whether somebody accepts connections there.
    package static func isListening(_ port: Int) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        return withAddress(port: port) { connect(socket, $0, $1) } == 0
    }

    /// Calls `body` with 127.0.0.1 and the port as the socket calls take them.
    package static func withAddress(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
