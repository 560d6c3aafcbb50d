import Glibc

/// A program started by a test; killed and reaped when the value goes.
final class ChildProcess {
    struct Failed: Error {
        let what: String
    }

    private let pid: pid_t
    private let errorOutput: Int32

    /// Starts `path`; its standard error can be read, its standard output goes nowhere.
    init(_ path: String, _ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failed(what: "pipe") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var strings = ([path] + arguments).map { strdup($0) }
        strings.append(nil)
        defer { for string in strings { free(string) } }
        var pid = pid_t()
        let result = posix_spawn(&pid, path, &actions, nil, strings, environ)
        close(ends[1])
        errorOutput = ends[0]
        self.pid = pid
        guard result == 0 else { throw Failed(what: "posix_spawn \(path): \(result)") }
    }

    deinit {
        kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        close(errorOutput)
    }

    /// Reads the standard error until `text` is in it; throws when it ends before.
    func waitForError(containing text: String) throws {
        var all = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !all.contains(text) {
            let count = read(errorOutput, &buffer, buffer.count)
            guard count > 0 else { throw Failed(what: "the program ended: \(all)") }
            all += String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    /// Waits for the end and answers the exit status.
    static func run(_ path: String, _ arguments: [String]) throws -> Int32 {
        var strings = ([path] + arguments).map { strdup($0) }
        strings.append(nil)
        defer { for string in strings { free(string) } }
        var pid = pid_t()
        guard posix_spawn(&pid, path, nil, nil, strings, environ) == 0 else {
            throw Failed(what: "posix_spawn \(path)")
        }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        return (status >> 8) & 0xff
    }
}
