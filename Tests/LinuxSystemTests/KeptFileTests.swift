import Testing

@testable import LinuxSystem

/// Files of the kernel that are read again and again, on the kernel that runs the tests.
@Suite struct KeptFileTests {
    private let buffer = ReadBuffer(byteCount: 64 << 10)

    /// A process's map has more than a page of lines, so that the kernel gives it in short pieces.
    @Test func aFileOfManyRecordsIsReadToItsEnd() throws {
        let bytes = try KeptFile("/proc/self/maps", ending: .roomForRecord(ofAtMost: 1024)).read(into: buffer)
        #expect(bytes.count > Machine.pageByteCount)
        let whole = String(decoding: bytes, as: UTF8.self)
        #expect(whole.contains("[stack]"))
        // The page has no room for the next of those records, which is why a short read says nothing of the end.
        let piece = try KeptFile("/proc/self/maps", ending: .shortRead).read(into: buffer)
        #expect(piece.count <= Machine.pageByteCount)
    }

    /// A read that leaves room for a record is the last, and one that does not is followed by another.
    @Test(arguments: [1, 1024, 1 << 20])
    func theLongestRecordDecidesNothingButHowOftenIsRead(_ longest: Int) throws {
        let known = try Files.readText("/proc/version")
        let bytes = try KeptFile("/proc/version", ending: .roomForRecord(ofAtMost: longest)).read(into: buffer)
        #expect(String(decoding: bytes, as: UTF8.self) == known + "\n")
    }

    /// The loopback interface has no duplex mode, which its driver says with EINVAL.
    @Test(.enabled(if: Files.exists("/sys/class/net/lo/duplex")))
    func aDriversAnswerLeavesTheFileOpen() throws {
        let file = KeptFile("/sys/class/net/lo/duplex", ending: .shortRead)
        #expect(throws: SystemError.self) { try file.read(into: buffer) }
        #expect(file.isOpen)
        #expect(throws: SystemError.self) { try file.read(into: buffer) }
    }

    @Test func whatIsNotThereStaysClosed() {
        let file = KeptFile("/proc/self/no-such-file", ending: .shortRead)
        #expect(throws: SystemError.self) { try file.read(into: buffer) }
        #expect(!file.isOpen)
    }
}
