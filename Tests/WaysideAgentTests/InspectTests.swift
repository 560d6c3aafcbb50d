import LinuxSystem
import MetricModel
import RingLog
import TestPeers
import Testing

@testable import WaysideAgent

/// `buffer inspect` over real files.
@Suite struct InspectTests {
    /// Every file's name, bytes and time of change, the directory's own too.
    private func picture(_ directory: String) throws -> [String: (bytes: [UInt8], stamp: FileStamp?)] {
        var picture: [String: (bytes: [UInt8], stamp: FileStamp?)] = ["": ([], FileStamp(of: directory))]
        for name in try Files.list(directory) {
            let path = directory + "/" + name
            picture[name] = (try Files.read(path, byteLimit: 64 << 20), FileStamp(of: path))
        }
        return picture
    }

    private func make(in directory: String) throws -> FlashBuffer {
        let buffer = try FlashBuffer(
            disk: FlashDisk(directory: directory), lock: nil,
            settings: BufferSettings(byteCount: 64 << 10, maximumLoss: .zero, segmentByteCount: 16 << 10),
            machineID: RingID(high: 7, low: 7), newRingID: RingID(high: 1, low: 99), destinations: ["hub"],
            gaps: BufferFixture().origin)
        for tick in 0..<40 { try buffer.append(BufferFixture.batch(tick), committing: true) }
        buffer.acknowledge("hub", through: 60)
        try buffer.writeCursor()
        return buffer
    }

    private func output(_ directory: String, _ show: (BufferInspector) throws -> Void) throws -> String {
        var text = ""
        let inspector = try BufferInspector(directory: directory) {
            text += $0
            return true
        }
        try show(inspector)
        return text
    }

    /// While the buffer is open, and with damage: not a byte, not a name, not a time changes.
    @Test func itShowsTheRingAndChangesNothing() throws {
        let scratch = try ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        let directory = scratch.path + "/buffer"
        let buffer = try make(in: directory)
        try writeText("of somebody else", to: directory + "/notes")
        let file = try FileDescriptor(opening: directory + "/segment-00000002", 2)
        try [UInt8](repeating: 255, count: 8).withUnsafeBytes { try file.write($0, at: 8192 + 60) }
        let before = try picture(directory)
        let summary = try output(scratch.path) { try $0.summary() }
        let records = try output(directory) { try $0.records() }
        let samples = try output(directory) { try $0.samples(.text) }
        let exposition = try output(directory) { try $0.samples(.exposition) }
        let after = try picture(directory)
        #expect(before.keys == after.keys)
        for (name, file) in before {
            #expect(after[name]?.bytes == file.bytes && after[name]?.stamp == file.stamp, "\(name)")
        }
        for expected in [
            "ring      \(buffer.ringID) of machine 00000000-0000-0007-0000-000000000007",
            "segment-00000002  16.0 KiB  segment ", "samples, ", "dictionary, ", " gap, ", "other     notes",
            "damage    1 records cannot be read", "cursor    hub: acknowledged through 60 of ",
            "gap       overwritten: records ", "without a lock",
        ] { #expect(summary.contains(expected), "\(expected) is not in\n\(summary)") }
        let newest = BufferFixture.batch(39).samples[0].value
        #expect(records.contains("batch-end") && records.contains("40 samples") && records.contains("alone"))
        #expect(
            samples.contains(
                "temperature{instance=\"gw-7\",job=\"node\",machine=\"number 0 of the hall\"}  \(newest)\n"))
        #expect(
            exposition.contains(
                "temperature{instance=\"gw-7\",job=\"node\",machine=\"number 0 of the hall\"} \(newest) "
                    + "\(BufferFixture.clock(39).unixMilliseconds)\n"))
        #expect(exposition.contains("# TYPE temperature gauge\n# HELP") == false)
        #expect(exposition.split(separator: "\n").count { $0 == "# TYPE temperature gauge" } == 1)
    }

    @Test func itStopsWhereNobodyReadsOn() throws {
        let scratch = try ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        _ = try make(in: scratch.path + "/buffer")
        var pieces = 0
        let inspector = try BufferInspector(directory: scratch.path) { _ in
            pieces += 1
            return false
        }
        try inspector.samples(.text)
        #expect(pieces == 1)
    }

    @Test func aDirectoryThatIsNotThereIsNamed() throws {
        let error = #expect(throws: (any Error).self) {
            _ = try BufferInspector(directory: "/nowhere/at/all") { _ in true }
        }
        #expect("\(String(describing: error))".contains("/nowhere/at/all"))
    }
}
