internal import LinuxSystem

/// The file that names every acknowledged message, one line each: `device boot sequence uptime_ms topic`.
final class SequenceLog {
    private static let bufferByteLimit = 64 << 10

    private let file: FileDescriptor
    private var buffer: [UInt8] = []

    init(path: String) throws(SystemError) {
        file = try FileDescriptor(creating: path)
    }

    func note(device: String, _ identity: OutgoingMessage.Identity, topic: String) throws(SystemError) {
        buffer += "\(device) \(identity.bootID) \(identity.sequence) \(identity.uptimeMilliseconds) \(topic)\n".utf8
        if buffer.count >= Self.bufferByteLimit { try flush() }
    }

    func flush() throws(SystemError) {
        var failure: SystemError?
        buffer.withUnsafeBytes { bytes in
            do throws(SystemError) { try file.write(bytes) } catch { failure = error }
        }
        buffer.removeAll(keepingCapacity: true)
        if let failure { throw failure }
    }
}
