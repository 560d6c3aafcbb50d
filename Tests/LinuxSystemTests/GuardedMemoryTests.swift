import Glibc
import Testing

@testable import LinuxSystem

@Suite struct GuardedMemoryTests {
    /// What the kernel writes beyond a window is an error and not in the process's memory.
    @Test(arguments: [1, 44, 4096, 4097, 100_000]) func nothingIsWrittenBehindIt(_ byteCount: Int) throws {
        let memory = GuardedMemory()
        let window = try memory.window(byteCount)
        #expect(window.count == byteCount && window.allSatisfy { $0 == 0 })
        let zeros = try FileDescriptor(opening: "/dev/zero")
        window.initializeMemory(as: UInt8.self, repeating: 7)
        // As the kernel writes it all the same: a call that was not told how much room there is.
        let count = read(zeros.number, window.baseAddress, byteCount + 1)
        #expect(count == byteCount || count == -1 && errno == EFAULT)
    }

    @Test func itGrowsAndIsZeroAgain() throws {
        let memory = GuardedMemory()
        try memory.window(16).initializeMemory(as: UInt8.self, repeating: 1)
        #expect(try memory.window(16).allSatisfy { $0 == 0 })
        let larger = try memory.window(1 << 20)
        #expect(larger.count == 1 << 20 && larger.allSatisfy { $0 == 0 })
        #expect(try memory.window(8).baseAddress == larger.baseAddress.map { $0 + (1 << 20) - 8 })
    }
}
