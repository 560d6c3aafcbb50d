internal import LinuxSystem
internal import SettingsFile
internal import Synchronization

/// A secret that is at hand whenever it is asked for: one in a file is read again once the file has changed, since
/// tokens are rotated.
final class SecretReader: Sendable {
    private struct Read {
        let stamp: FileStamp
        let secret: Secret
    }

    let source: SecretSource
    /// The setting that names the file, for errors.
    let setting: String
    private let last = Mutex<Read?>(nil)

    /// More than any token; a wrong file is found out rather than read whole.
    private static let byteLimit = 64 << 10

    init(_ source: SecretSource, setting: String) {
        self.source = source
        self.setting = setting
    }

    /// The file's path, nil for a secret in place.
    var path: String? {
        if case .file(let path) = source { return path }
        return nil
    }

    func secret() throws(RequestAuthorizationError) -> Secret {
        switch source {
        case .inPlace(let secret): return secret
        case .file(let path):
            // Taken before reading: a change in between is seen the next time.
            let stamp = FileStamp(of: path)
            if let stamp, let read = last.withLock({ $0 }), read.stamp == stamp { return read.secret }
            let secret = try read(path)
            if let stamp { last.withLock { $0 = Read(stamp: stamp, secret: secret) } }
            return secret
        }
    }

    private func read(_ path: String) throws(RequestAuthorizationError) -> Secret {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Files.read(path, byteLimit: SecretReader.byteLimit)
        } catch {
            throw .unreadable(setting: setting, path: path, reason: error.reason)
        }
        guard let secret = Secret(file: bytes) else { throw .empty(setting: setting, path: path) }
        return secret
    }
}
