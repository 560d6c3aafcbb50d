internal import Glibc

/// Messages to systemd (sd_notify): `READY=1`, `STATUS=…`, `WATCHDOG=1`, `STOPPING=1`.
package enum ServiceManager {
    /// Sends one message to the socket that `NOTIFY_SOCKET` names. Does nothing where no manager asked for it;
    /// answers whether a message went out. A manager that is not listening is not our failure.
    @discardableResult
    package static func notify(_ message: String) -> Bool {
        guard let path = Machine.environment("NOTIFY_SOCKET"), let first = path.utf8.first else { return false }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { field in
            field.copyBytes(from: bytes)
            // A leading @ stands for the zero byte of Linux's abstract namespace.
            if first == UInt8(ascii: "@") { field[0] = 0 }
        }
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return false }
        defer { close(number) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let text = Array(message.utf8)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(number, text, text.count, Int32(MSG_NOSIGNAL), $0, length) == text.count
            }
        }
    }
}
