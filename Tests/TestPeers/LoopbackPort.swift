package import Glibc

/// TCP ports of 127.0.0.1.
package enum LoopbackPort {
    /// A port that nobody listens on now: the kernel chose it for a socket that has been closed again.
    package static func free() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw PeerError("socket: error \(errno)") }
        defer { close(socket) }
        guard withAddress(port: 0, { bind(socket, $0, $1) }) == 0 else { throw PeerError("bind: error \(errno)") }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        guard result == 0 else { throw PeerError("getsockname: error \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
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
