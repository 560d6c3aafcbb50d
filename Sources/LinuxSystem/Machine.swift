internal import Glibc

/// What identifies this machine, this boot and this process.
package enum Machine {
    /// The name the kernel holds (gethostname), or `localhost`.
    package static func hostName() -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress, gethostname(base, buffer.count - 1) == 0 else { return "localhost" }
            buffer[buffer.count - 1] = 0
            return String(cString: base)
        }
    }

    /// The 128 bits of a UUID file of /proc or of /etc/machine-id, hyphens left out.
    package static func identifier(file: String) throws(SystemError) -> (high: UInt64, low: UInt64) {
        let digits = try Files.readText(file, byteLimit: 256).filter { $0 != "-" }
        guard digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16)
        else { throw SystemError.unreadable(file) }
        return (high, low)
    }

    /// The kernel's random id of this boot.
    package static func bootID(procfs: String = "/proc") throws(SystemError) -> (high: UInt64, low: UInt64) {
        try identifier(file: procfs + "/sys/kernel/random/boot_id")
    }

    /// The installation's id, `/etc/machine-id`.
    package static func machineID() throws(SystemError) -> (high: UInt64, low: UInt64) {
        try identifier(file: "/etc/machine-id")
    }

    /// The size of a memory page.
    package static var pageByteCount: Int { Int(sysconf(Int32(_SC_PAGESIZE))) }

    /// The processors that are online, at least 1.
    package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    package static func processID() -> Int32 { getpid() }

    /// Ends the process.
    package static func exit(_ code: Int32) -> Never { Glibc.exit(code) }

    /// An environment variable's value.
    package static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Random bytes of the kernel (getrandom).
    package static func randomWord() -> UInt64 { UInt64.random(in: 0...UInt64.max) }
}
