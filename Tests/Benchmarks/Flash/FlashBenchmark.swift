import BenchmarkRecording
import Glibc
import LinuxSystem
import MetricModel
import RingLog

/// Drives the agent's ring over recorded data in fast-forward; `flash.py` calls it and measures around it.
///
/// usage: xzcat node-1s.tsv.xz | flash-benchmark hour DIRECTORY MAX_LOSS_SECONDS STAT_OF_BLOCK_DEVICE REFUGE
///        xzcat node-1s.tsv.xz | flash-benchmark live DIRECTORY MAX_LOSS_SECONDS STAT_OF_BLOCK_DEVICE REFUGE SECONDS
///        xzcat node-1s.tsv.xz | flash-benchmark node DIRECTORY SCRAPES METRICS-PAGE
///        xzcat node-1s.tsv.xz | flash-benchmark fill DIRECTORY MEBIBYTES
///        flash-benchmark open DIRECTORY MEBIBYTES
///
/// REFUGE is a directory on a tmpfs for what waits for a commit, as the agent has one; empty for none.
@main struct FlashBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "hour" where arguments.count == 5:
            try hour(
                arguments[1], maximumLoss: Int(arguments[2]) ?? 15, statPath: arguments[3], refuge: arguments[4])
        case "live" where arguments.count == 6:
            try hour(
                arguments[1], maximumLoss: Int(arguments[2]) ?? 15, statPath: arguments[3], refuge: arguments[4],
                liveSeconds: Int(arguments[5]) ?? 300)
        case "node" where arguments.count == 4:
            try node(arguments[1], scrapeCount: Int(arguments[2]) ?? 240, pagePath: arguments[3])
        case "fill" where arguments.count == 3:
            try fill(arguments[1], byteCount: (Int(arguments[2]) ?? 64) << 20)
        case "open" where arguments.count == 3:
            try open(arguments[1], byteCount: (Int(arguments[2]) ?? 64) << 20)
        default:
            print("usage: flash-benchmark hour|live|node|fill|open DIRECTORY …")
            exit(2)
        }
    }

    /// An hour of a gateway in fast-forward, each commit synchronised as the agent does it; with `liveSeconds`, so much
    /// of it in real time, where the kernel does by itself what `KernelTime` does for it, counted from the second minute
    /// on. Prints samples, payload bytes, bytes handed to the file, bytes that the block device wrote, commits.
    private static func hour(
        _ directory: String, maximumLoss: Int, statPath: String, refuge: String, liveSeconds: Int? = nil
    ) throws {
        var gateway = SimulatedGateway(Recording(readingStandardInput: ()))
        // Before the segments, so that its inode is in their block, and costs the journal no further one.
        var kernel = try KernelTime(directory: directory)
        var ring = try BenchmarkRing(
            directory: directory, refuge: refuge.isEmpty ? nil : refuge, byteCount: 64 << 20)
        try ring.prepare()
        sync()
        var before = FlashFigures(ring, writtenByteCount: try writtenBytes(statPath))
        let start = Clocks.unixMilliseconds()
        let startNanoseconds = Clocks.bootNanoseconds()
        for second in 0..<(liveSeconds ?? 3600) {
            if liveSeconds == nil {
                try kernel.pass(
                    second: second, isDirty: refuge.isEmpty && ring.ring.uncommittedByteCount > 0,
                    writtenByteCount: ring.ring.statistics.writtenByteCount)
            } else {
                let passed = (Clocks.bootNanoseconds() - startNanoseconds) / 1_000_000
                Clocks.sleep(milliseconds: UInt32(max(0, Int64(second) * 1000 - passed)))
            }
            try ring.commitIfDue(second: second, maximumLoss: maximumLoss)
            if liveSeconds != nil && second == 60 {
                before = FlashFigures(ring, writtenByteCount: try writtenBytes(statPath))
            }
            for batch in gateway.batches(second: second, startUnixMilliseconds: start) {
                try ring.append(batch, second: second)
            }
        }
        try ring.ring.commit()
        sync()
        FlashFigures(ring, writtenByteCount: try writtenBytes(statPath)).print(since: before)
    }

    /// Fills a ring to its first overwritten segment. Prints how many samples it took.
    private static func fill(_ directory: String, byteCount: Int) throws {
        var gateway = SimulatedGateway(Recording(readingStandardInput: ()))
        var ring = try BenchmarkRing(directory: directory, byteCount: byteCount)
        try ring.prepare()
        // Two days are more than fit; all of it lies in the past.
        let start = Clocks.unixMilliseconds() - 7 * 86_400_000
        var second = 0
        while ring.ring.statistics.overwrittenSegmentCount == 0 {
            try ring.commitIfDue(second: second, maximumLoss: 60)
            for batch in gateway.batches(second: second, startUnixMilliseconds: start) {
                try ring.append(batch, second: second)
            }
            second += 1
        }
        try ring.ring.commit()
        print(ring.sampleCount)
    }

    /// Leaves the recorded node's scrapes, every fifteenth at its true time, in a ring for an agent to ship, with the
    /// types and helps of an exposition page. Prints how many samples they have.
    private static func node(_ directory: String, scrapeCount: Int, pagePath: String) throws {
        var gateway = SimulatedGateway(
            Recording(readingStandardInput: ()), boardCount: 0, texts: FamilyTexts(path: pagePath))
        var ring = try BenchmarkRing(directory: directory, byteCount: 64 << 20)
        let start = Clocks.unixMilliseconds() - 7 * 86_400_000
        for scrape in 0..<scrapeCount {
            for batch in gateway.batches(
                second: scrape * SimulatedGateway.interval, startUnixMilliseconds: start)
            where !batch.samples.isEmpty {
                try ring.append(batch, second: scrape * SimulatedGateway.interval)
            }
        }
        try ring.ring.commit()
        print(ring.sampleCount)
    }

    /// Prints how many milliseconds opening took, and how many records were found.
    private static func open(_ directory: String, byteCount: Int) throws {
        let start = Clocks.bootNanoseconds()
        let ring = try BenchmarkRing(directory: directory, byteCount: byteCount)
        let milliseconds = Double(Clocks.bootNanoseconds() - start) / 1e6
        print(milliseconds, ring.ring.recovery.recordCount)
    }

    /// The seventh number of a block device's `stat` is how many sectors of 512 bytes it has written.
    private static func writtenBytes(_ path: String) throws -> Int {
        let words = try Files.readText(path, byteLimit: 4096).split(whereSeparator: \.isWhitespace)
        return (words.count > 6 ? Int(words[6]) ?? 0 : 0) * 512
    }
}
