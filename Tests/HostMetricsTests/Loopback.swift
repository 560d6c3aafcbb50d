import Glibc

/// The least of HTTP that a test needs: one GET on loopback.
enum Loopback {
    /// A port that nothing listens on now.
    static func freePort() throws -> UInt16 {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var address = address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, length) == 0 && getsockname(number, $0, &length) == 0
            }
        }
        guard result else { throw ChildProcess.Failed(what: "bind") }
        return UInt16(bigEndian: address.sin_port)
    }

    /// The body of the answer.
    static func get(_ path: String, port: UInt16, accept: String) throws -> [UInt8] {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var address = address(port: port)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else { throw ChildProcess.Failed(what: "connect") }
        let request = Array("GET \(path) HTTP/1.0\r\nAccept: \(accept)\r\n\r\n".utf8)
        guard write(number, request, request.count) == request.count else { throw ChildProcess.Failed(what: "write") }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(number, &buffer, buffer.count)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        let end = Array("\r\n\r\n".utf8)
        let start = answer.indices.first { answer[$0...].starts(with: end) }
        guard let start else { throw ChildProcess.Failed(what: "no answer") }
        return Array(answer[(start + 4)...])
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
