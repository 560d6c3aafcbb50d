import Foundation

/// Prometheus's own judge of rules and metrics.
enum Promtool {
    private static let path = "/usr/bin/promtool"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: path)

    /// Runs it in a directory of its own that holds `files`; what it says and whether it was content.
    static func run(_ arguments: [String], files: [String: String], input: String = "") throws -> (Bool, String) {
        let directory = FileManager.default.temporaryDirectory.appending(path: "promtool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // nothing depends on it
        for (name, text) in files {
            try text.write(to: directory.appending(path: name), atomically: false, encoding: .utf8)
        }
        let standardInput = directory.appending(path: "input")
        try input.write(to: standardInput, atomically: false, encoding: .utf8)
        let output = directory.appending(path: "output")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.standardInput = try FileHandle(forReadingFrom: standardInput)
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus == 0, try String(contentsOf: output, encoding: .utf8))
    }
}
