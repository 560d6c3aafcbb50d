import Glibc
import LinuxSystem
import Testing

/// Python's sqlite3 module in a process of its own: a second implementation's view of a file, and another process's of
/// its locks.
enum Python {
    static let isThere = Files.exists("/usr/bin/python3")
    /// What a skipped test says.
    static let absence: Comment = "there is no /usr/bin/python3: scripts/packages.sh installs it"

    /// Runs a program with its text and output in the directory; what it printed, errors too.
    static func run(_ program: String, in directory: String) throws -> String {
        let (script, output) = (directory + "/read.py", directory + "/read.txt")
        try Files.replace(script, with: Array(program.utf8))
        let code = system("/usr/bin/python3 \(script) > \(output) 2>&1")
        let text = String(decoding: try Files.read(output), as: UTF8.self)
        #expect(code == 0, "\(text)")
        return text
    }
}
