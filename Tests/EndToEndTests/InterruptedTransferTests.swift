import Glibc
import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import Testing

/// Imports and exports that a signal ends in the middle: they say how far they came, leave nothing lying, and the command
/// that they name does the rest.
@Suite struct InterruptedTransferTests {
    /// A command under way.
    private static func start(_ arguments: [String], in directory: ScratchDirectory) throws -> RealProcess {
        try RealProcess(Programs.hub, arguments, log: directory.path + "/command.log")
    }

    /// The word behind `option` in what a command said.
    private static func word(after option: String, in output: String) throws -> String {
        let words = output.split { " \n".contains($0) }.map(String.init)
        guard let place = words.lastIndex(of: option), place + 1 < words.count else { throw PeerError(output) }
        return words[place + 1]
    }

    private static func makeFIFO(_ path: String) throws {
        guard mkfifo(path, 0o600) == 0 else { throw SystemError(call: "mkfifo", path: path, errorNumber: errno) }
    }

    /// A text of so many samples of one series, a second apart, without its end.
    private static func text(_ count: Int) -> String {
        let first = Int(Clocks.unixMilliseconds() / 1000) - count - 60
        return (0..<count).map { "made \($0) \(first + $0)\n" }.joined()
    }

    @Test(arguments: [SIGINT, SIGTERM]) func anImportOfTextSaysWhichLineIsNext(signal: Int32) async throws {
        let hub = try await RunningHub()
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let (whole, pipe) = (directory.path + "/whole.om", directory.path + "/pipe")
        let text = Self.text(25_000)
        try writeText(text, to: directory.path + "/begun.om")
        try writeText(text + "# EOF\n", to: whole)
        try Self.makeFIFO(pipe)
        // It stays open, so the import waits for more.
        let writer = try RealProcess(
            "/bin/sh", ["-c", "exec 3> \(pipe); cat \(directory.path)/begun.om >&3; exec sleep 600"],
            log: directory.path + "/writer.log")
        let command = try Self.start(["import", "openmetrics", pipe, "--url", hub.base], in: directory)
        try await Web.shared.wait(for: "20,000 samples in the hub") {
            try await hub.query.samples("made[9h]").values.first?.count == 20_000
        }
        command.signal(signal)
        #expect(command.waitForEnd() == 1)
        #expect(command.log.contains("not finished: 20,000 samples"), "\(command.log)")
        let next = try Self.word(after: "--from-line", in: command.log)
        #expect(next == "20001", "\(command.log)")
        let rest = try Programs.run(
            Programs.hub, ["import", "openmetrics", whole, "--url", hub.base, "--from-line", next])
        #expect(rest.exitCode == 0 && rest.output.contains("imported: 5,000 samples"), "\(rest.output)")
        #expect(!rest.output.contains("already there"), "\(rest.output)")
        #expect(try await hub.query.samples("made[9h]").values.first?.count == 25_000)
        writer.kill()
    }

    /// A FIFO that nobody has written to is waited for as long as nobody says stop.
    @Test func anImportOfASilentFIFOCanBeStopped() async throws {
        let hub = try await RunningHub()
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let pipe = directory.path + "/pipe"
        try Self.makeFIFO(pipe)
        let command = try Self.start(["import", "openmetrics", pipe, "--url", hub.base], in: directory)
        try await Web.shared.wait(for: "the command to have the FIFO open") {
            try Self.openNames(command).contains { $0.hasSuffix("/pipe") }
        }
        command.signal(SIGINT)
        #expect(command.waitForEnd() == 1)
        #expect(command.log.contains("interrupted"), "\(command.log)")
    }

    /// What a process has open, as the kernel names it.
    private static func openNames(_ process: RealProcess) throws -> [String] {
        guard process.isRunning else { throw PeerError(process.log) }
        let descriptors = "/proc/\(process.processID)/fd"
        return try Files.list(descriptors).compactMap { number in
            do { return try Files.linkTarget("\(descriptors)/\(number)") } catch {
                // One that was closed meanwhile.
                return nil
            }
        }
    }

    @Test(arguments: [SIGINT, SIGTERM]) func anImportFromAServerThatHangsSaysWhenIsNext(signal: Int32) async throws {
        let (source, hub) = (try await RunningHub(), try await RunningHub())
        let history = MadeHistory(seed: 11, minutes: 100, isPlain: true)
        try await history.send(to: source.writeURL, format: .writeRequest2)
        source.process?.signal(SIGSTOP)
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let begin = "\(Clocks.unixMilliseconds() / 1000 - 4 * 3600)"
        // Connections of this process, which the command may have inherited.
        let before = try KernelSockets.inodes(towards: source.port)
        let command = try Self.start(
            ["import", "prometheus", source.base, "--url", hub.base, "--start", begin], in: directory)
        try await Web.shared.wait(for: "the command to ask the server") {
            let sockets = try KernelSockets.inodes(towards: source.port).subtracting(before)
            return try Self.openNames(command).contains { name in sockets.contains { name == "socket:[\($0)]" } }
        }
        command.signal(signal)
        #expect(command.waitForEnd() == 1)
        #expect(command.log.contains("not finished: 0 samples"), "\(command.log)")
        source.process?.signal(SIGCONT)
        let rest = try Programs.run(
            Programs.hub,
            [
                "import", "prometheus", source.base, "--url", hub.base, "--start",
                try Self.word(after: "--start", in: command.log),
            ])
        #expect(rest.exitCode == 0, "\(rest.output)")
        #expect(try await RemoteRead.samples(of: hub.base).samples == history.samples)
    }

    /// Out of a running hub, and out of the directory of one that does not run, whose lock it gives back.
    @Test(arguments: [(SIGINT, true), (SIGTERM, false)])
    func anExportToAReceiverThatHangsSaysWhenIsNext(signal: Int32, isRunning: Bool) async throws {
        let hub = try await RunningHub()
        let history = MadeHistory(seed: 12, minutes: 200, isPlain: true)
        try await history.send(to: hub.writeURL, format: .writeRequest2)
        if !isRunning { hub.stop() }
        let names = try hub.databasesAndFiles
        let receiver = try ScriptedReceiver("receiver", [.accept(), .hang])
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        // The first slice is an hour, with 20 minutes of the history in it.
        let begin = "\(Clocks.unixMilliseconds() / 1000 - 4 * 3600)"
        let arguments = ["store", "export", "--config", hub.configPath, "--url", receiver.url, "--start"]
        let command = try Self.start(arguments + [begin], in: directory)
        try await Web.shared.wait(for: "the second request to hang") {
            guard command.isRunning else { throw PeerError(command.log) }
            return receiver.exchanges.count == 2
        }
        let before = receiver.taken.sampleCount
        #expect(before > 0)
        command.signal(signal)
        #expect(command.waitForEnd() == 1)
        #expect(command.log.contains("not finished: \(before) samples"), "\(command.log)")
        #expect(try hub.databasesAndFiles == names)
        let rest = try Programs.run(Programs.hub, arguments + [try Self.word(after: "--start", in: command.log)])
        #expect(rest.exitCode == 0, "\(rest.output)")
        #expect(receiver.taken.faults.isEmpty)
        #expect(receiver.taken.sampleCount == history.samples.values.reduce(0) { $0 + $1.count })
        if !isRunning { try await hub.start() }
        #expect(try await RemoteRead.samples(of: hub.base).samples == history.samples)
    }

    /// `store export | less`, and nobody turns the page.
    @Test func anExportIntoAPipeThatNobodyReadsCanBeStopped() async throws {
        let hub = try await RunningHub()
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let (whole, pipe) = (directory.path + "/whole.om", directory.path + "/pipe")
        try writeText(Self.text(25_000) + "# EOF\n", to: whole)
        #expect(try Programs.run(Programs.hub, ["import", "openmetrics", whole, "--url", hub.base]).exitCode == 0)
        try Self.makeFIFO(pipe)
        let reader = try RealProcess(
            "/bin/sh", ["-c", "exec 3< \(pipe); exec sleep 600"], log: directory.path + "/reader.log")
        let command = try Self.start(["store", "export", "--config", hub.configPath, "--output", pipe], in: directory)
        // A pipe takes 64 KiB, and the text has more.
        try await Web.shared.wait(for: "the pipe to be full") {
            guard command.isRunning else { throw PeerError(command.log) }
            return try Self.isFull(pipe)
        }
        command.signal(SIGTERM)
        #expect(command.waitForEnd() == 1)
        for part in ["not finished", "\(pipe) is not whole: interrupted, at the family made"] {
            #expect(command.log.contains(part), "\(command.log)")
        }
        reader.kill()
    }

    /// Whether a FIFO that both ends have open takes nothing more.
    private static func isFull(_ path: String) throws -> Bool {
        let file = try FileDescriptor(opening: path, O_RDWR | O_NONBLOCK)
        var interests = [Poll.Interest(file.number, readable: false, writable: true)]
        return try Poll.wait(&interests, timeoutMilliseconds: 0) == 0
    }
}
