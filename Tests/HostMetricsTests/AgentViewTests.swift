import Glibc
import LinuxSystem
import Testing

@testable import HostMetrics

/// What errors are told as, where no view can be made that brings them about.
@Suite struct AgentViewTests {
    private static func told(_ call: String, _ path: String, _ errorNumber: Int32) -> String {
        let error = SystemError(call: call, path: path, errorNumber: errorNumber)
        return AgentView(procfs: "/proc").explained(.system(error)).description
    }

    @Test(
        arguments: [
            (
                "adjtimex", "", EPERM,
                "asking the kernel about its clock is not allowed here; it needs ProtectClock=no in the agent's unit, and "
                    + "adjtimex in its SystemCallFilter="
            ),
            (
                "open", "/proc/slabinfo", EACCES,
                "reading /proc/slabinfo is not allowed here; it needs CAP_DAC_READ_SEARCH"
            ),
            (
                "open", "/home/a/b", EPERM,
                "reading /home/a/b is not allowed here; it needs CAP_DAC_READ_SEARCH, or ProtectHome=read-only where the "
                    + "agent's unit hides it"
            ),
            // What is no file, or a command to a disk, is told as it is.
            ("ioctl", "/dev/sda", EPERM, "ioctl /dev/sda: Operation not permitted"),
            ("socket", "", EACCES, "socket: Permission denied"),
            ("read", "/proc/stat", EIO, "read /proc/stat: Input/output error"),
            // This machine's /proc holds more than processes.
            ("open", "/proc/mdstat", ENOENT, "open /proc/mdstat: No such file or directory"),
        ] as [(String, String, Int32, String)])
    func errors(_ call: String, _ path: String, _ errorNumber: Int32, _ expected: String) {
        #expect(Self.told(call, path, errorNumber) == expected)
    }

    @Test func otherErrorsStay() {
        let damage = CollectorError.damaged(path: "/proc/stat", byteOffset: 3, expected: "a number")
        #expect(AgentView(procfs: "/proc").explained(damage) == damage)
    }
}
