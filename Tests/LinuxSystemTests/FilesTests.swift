import LinuxSystem
import TestPeers
import Testing

@Suite struct FilesTests {
    @Test func readsProcFilesWhoseSizeIsZero() throws {
        #expect(try Files.read("/proc/stat").starts(with: Array("cpu ".utf8)))
    }

    @Test func refusesMoreThanItsLimit() {
        let error = #expect(throws: SystemError.self) { try Files.read("/proc/cpuinfo", byteLimit: 10) }
        #expect(error?.path == "/proc/cpuinfo")
    }

    @Test func namesTheCallTheFileAndTheReason() {
        let error = #expect(throws: SystemError.self) { try Files.read("/nowhere/at/all") }
        #expect(error?.description == "open /nowhere/at/all: No such file or directory")
        #expect(error?.isNotFound == true)
    }

    @Test func readsAheadWhatIsThere() throws {
        try Files.readAhead("/proc/self/exe")
        let error = #expect(throws: SystemError.self) { try Files.readAhead("/nowhere/at/all") }
        #expect(error?.path == "/nowhere/at/all")
    }

    @Test func replacesAFileWhole() throws {
        let scratch = try ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        let directory = scratch.path + "/a/b"
        try Files.makeDirectory(directory)
        let path = directory + "/state"
        try Files.replace(path, with: Array("one".utf8))
        try Files.replace(path, with: Array(" two \n".utf8))
        #expect(try Files.readText(path) == "two")
        for blank in ["", "\n", " \t "] {
            try Files.replace(path, with: Array(blank.utf8))
            #expect(try Files.readText(path).isEmpty)
        }
        #expect(try Files.list(directory) == ["state"])
        #expect(try Files.list(directory, limit: 1) == ["state"])
        let error = #expect(throws: SystemError.self) { try Files.list(directory, limit: 0) }
        #expect(error?.description == "readdir \(directory): File too large")
        try Files.remove(path)
        #expect(!Files.exists(path))
    }

    /// An empty /etc/machine-id is how images are made that get one at their first boot.
    @Test(arguments: ["", "\n", " \t\r\n"]) func textOfNothingIsEmpty(text: String) throws {
        let scratch = try ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        let path = scratch.path + "/machine-id"
        try Files.replace(path, with: Array(text.utf8))
        #expect(try Files.readText(path) == "")
        #expect(throws: SystemError.self) { try Machine.identifier(file: path) }
    }

    @Test func readsTheBootIdentity() throws {
        let first = try Machine.bootID()
        let second = try Machine.bootID()
        #expect(first == second)
        #expect(Clocks.bootNanoseconds() > 0)
    }
}
