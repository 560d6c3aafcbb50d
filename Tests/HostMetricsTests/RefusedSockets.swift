import Glibc
import LinuxSystem

/// A thread that may not open netlink sockets, by the filter that RestrictAddressFamilies= makes.
enum RefusedSockets {
    struct Failed: Error {
        let what: String
    }

    private typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32

    /// `sock_filter` of linux/filter.h.
    private struct Step {
        var code: UInt16
        var jumpIfTrue: UInt8 = 0
        var jumpIfFalse: UInt8 = 0
        var value: UInt32
    }

    /// `sock_fprog`.
    private struct Program {
        var count: UInt16
        var steps: UnsafePointer<Step>
    }

    /// Runs `body` there; threads that it starts may not either.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try DedicatedThread.start(name: "no-netlink", stackByteCount: 8 << 20) {
                    do {
                        try refuse()
                        continuation.resume(returning: body())
                    } catch { continuation.resume(throwing: error) }
                }
            } catch { continuation.resume(throwing: error) }
        }
    }

    private static func refuse() throws {
        #if arch(x86_64)
            let socketNumber: UInt32 = 41
        #else
            let socketNumber: UInt32 = 198
        #endif
        let steps = [
            // The call's number; past the end unless it is socket(2).
            Step(code: 0x20, value: 0), Step(code: 0x15, jumpIfFalse: 3, value: socketNumber),
            // Its first argument.
            Step(code: 0x20, value: 16), Step(code: 0x15, jumpIfFalse: 1, value: UInt32(AF_NETLINK)),
            // SECCOMP_RET_ERRNO, SECCOMP_RET_ALLOW.
            Step(code: 0x06, value: 0x0005_0000 | UInt32(EAFNOSUPPORT)), Step(code: 0x06, value: 0x7fff_0000),
        ]
        // A function of variable arguments, which Swift does not call by itself.
        guard let symbol = dlsym(nil, "prctl") else { throw Failed(what: "prctl") }
        let control = unsafeBitCast(symbol, to: Control.self)
        // PR_SET_NO_NEW_PRIVS; PR_SET_SECCOMP with SECCOMP_MODE_FILTER.
        guard control(38, 1, 0, 0, 0) == 0 else { throw Failed(what: "PR_SET_NO_NEW_PRIVS") }
        let result = steps.withUnsafeBufferPointer { steps in
            guard let base = steps.baseAddress else { return Int32(-1) }
            var program = Program(count: UInt16(steps.count), steps: base)
            return withUnsafePointer(to: &program) { control(22, 2, UInt(bitPattern: $0), 0, 0) }
        }
        guard result == 0 else { throw Failed(what: "PR_SET_SECCOMP") }
    }
}
