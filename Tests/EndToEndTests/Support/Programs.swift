import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers

/// The built programs, beside the test bundle, and the project's own files.
enum Programs {
    static let agent = path("wayside-agent")
    static let hub = path("wayside-hub")
    static let device = path("wayside-device")

    /// The package's root, from this file's place in it.
    static let packageRoot: String = {
        var path = #filePath
        for _ in 0..<4 { path = Files.parent(of: path) }
        return path
    }()

    private static func path(_ name: String) -> String {
        do {
            return try BuiltProgram.path(name)
        } catch {
            preconditionFailure("the test target depends on \(name): \(error)")
        }
    }

    /// A peer of Debian's, where its package is installed.
    static func peer(_ name: String) -> String? {
        ["/usr/bin/", "/usr/sbin/"].map { $0 + name }.first { Files.exists($0) }
    }

    /// Runs a program to its end and answers its exit code and output.
    static func run(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (exitCode: Int32, output: String) {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let process = try RealProcess(
            executable, arguments, log: directory.path + "/output", environment: environment)
        return (process.waitForEnd(), process.log)
    }
}
