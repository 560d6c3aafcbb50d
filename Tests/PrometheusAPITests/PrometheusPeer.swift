import Glibc
import Testing

/// A real Prometheus over a directory of blocks, on a free port of the loopback, ended with this value.
final class PrometheusPeer {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    static let programs: [String] = ["/usr/bin/prometheus", "/usr/bin/promtool", "/usr/bin/curl"]
    static let isInstalled = programs.allSatisfy { (program: String) in access(program, X_OK) == 0 }

    private let folder: String
    private let port: UInt16
    private var process: pid_t = 0

    /// Makes blocks of OpenMetrics text and serves them.
    init(openMetrics text: String) throws {
        var template = Array("/tmp/wayside-peer-XXXXXX\0".utf8CString.dropLast())
        guard mkdtemp(&template) != nil else { throw Problem(description: "no temporary folder") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        port = try PrometheusPeer.freePort()
        try write(text, to: "data.om")
        try write("global: {}\n", to: "prometheus.yml")
        let blocks = try PrometheusPeer.output(
            "/usr/bin/promtool tsdb create-blocks-from openmetrics \(folder)/data.om \(folder)/data 2>&1")
        guard blocks.contains("BLOCK ULID") else { throw Problem(description: "promtool: \(blocks)") }
        try start()
        // Retries until the server answers that it is ready.
        let ready = try PrometheusPeer.output(
            "/usr/bin/curl -s --retry 100 --retry-connrefused --retry-all-errors --retry-delay 1 "
                + "-f http://127.0.0.1:\(port)/-/ready")
        guard ready.contains("Ready") else { throw Problem(description: "not ready: \(ready)") }
    }

    deinit {
        if process > 0 {
            kill(process, SIGTERM)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        _ = try? PrometheusPeer.output("rm -r '\(folder)'")
    }

    private func start() throws {
        let arguments = [
            "/usr/bin/prometheus", "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data",
            "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
            "--enable-feature=promql-negative-offset,promql-at-modifier",
        ]
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let result = posix_spawn(&process, arguments[0], &actions, nil, pointers, environ)
        guard result == 0 else { throw Problem(description: "cannot start prometheus: \(result)") }
    }

    /// The answer's body to a request of the API.
    func answer(path: String, parameters: [(String, String)]) throws -> String {
        var command = "/usr/bin/curl -s http://127.0.0.1:\(port)/api/v1/\(path)"
        for (name, value) in parameters {
            let quoted = value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
            command += " --data-urlencode '\(name)=\(quoted)'"
        }
        return try PrometheusPeer.output(command)
    }

    private func write(_ text: String, to name: String) throws {
        guard let file = fopen("\(folder)/\(name)", "w") else { throw Problem(description: "cannot write \(name)") }
        defer { fclose(file) }
        guard fputs(text, file) >= 0 else { throw Problem(description: "cannot write \(name)") }
    }

    private static func output(_ command: String) throws -> String {
        guard let pipe = popen(command, "r") else { throw Problem(description: "cannot run \(command)") }
        defer { pclose(pipe) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw Problem(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
