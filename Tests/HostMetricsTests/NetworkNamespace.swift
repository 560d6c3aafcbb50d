import Glibc

/// A network of its own for the thread that asks, with interfaces and routes that nobody else sees.
enum NetworkNamespace {
    struct Failed: Error {
        let what: String
    }

    private typealias Unshare = @convention(c) (Int32) -> Int32
    private typealias Enter = @convention(c) (Int32, Int32) -> Int32
    /// CLONE_NEWNET.
    private static let flag: Int32 = 0x4000_0000
    private static let own = "/proc/thread-self/ns/net"

    /// Whether one can be made here, and what it is filled with is installed.
    static let isPossible: Bool = {
        guard access("/usr/sbin/ip", X_OK) == 0, access("/usr/sbin/tc", X_OK) == 0 else { return false }
        return (try? run("ip link add a0 type veth peer name a1") {}) != nil
    }()

    /// Runs `script` in a new one, and then `body`; threads and processes that either starts live there too.
    static func run(_ script: String, _ body: () throws -> Void) throws {
        let old = open(own, O_RDONLY | O_CLOEXEC)
        guard old >= 0 else { throw Failed(what: own) }
        defer { close(old) }
        guard let unshare = call("unshare", as: Unshare.self), unshare(flag) == 0 else { throw Failed(what: "unshare") }
        defer {
            let enter = call("setns", as: Enter.self)
            precondition(enter?(old, flag) == 0, "a thread that is lost to the other tests")
        }
        try shell(script)
        try body()
    }

    static func shell(_ script: String) throws {
        guard try ChildProcess.run("/bin/bash", ["-ec", script]) == 0 else { throw Failed(what: script) }
    }

    /// The C library declares them under _GNU_SOURCE only.
    private static func call<Function>(_ name: String, as type: Function.Type) -> Function? {
        dlsym(nil, name).map { unsafeBitCast($0, to: type) }
    }
}
