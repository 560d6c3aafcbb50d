import BenchmarkRecording
import Glibc
import LinuxSystem
import RingLog

/// Drives the agent's ring over recorded data in fast-forward; `flash.py` calls it and measures around it.
///
/// usage: xzcat node-1s.tsv.xz | flash-benchmark hour DIRECTORY MAX_LOSS_SECONDS STAT_OF_BLOCK_DEVICE
///        xzcat node-1s.tsv.xz | flash-benchmark fill DIRECTORY MEBIBYTES
///        flash-benchmark open DIRECTORY MEBIBYTES
@main struct FlashBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "hour" where arguments.count == 4:
            try hour(arguments[1], maximumLoss: Int(arguments[2]) ?? 15, statPath: arguments[3])
        case "fill" where arguments.count == 3:
            try fill(arguments[1], byteCount: (Int(arguments[2]) ?? 64) << 20)
        case "open" where arguments.count == 3:
            try open(arguments[1], byteCount: (Int(arguments[2]) ?? 64) << 20)
        default:
            print("usage: flash-benchmark hour|fill|open DIRECTORY …")
            exit(2)
        }
    }

    /// An hour of a gateway, each commit synchronised as the agent does it. Prints samples, payload bytes, bytes
    /// handed to the file, bytes that the block device wrote, commits.
    private static func hour(_ directory: String, maximumLoss: Int, statPath: String) throws {
        var gateway = SimulatedGateway(Recording(readingStandardInput: ()))
        var ring = try BenchmarkRing(directory: directory, byteCount: 64 << 20)
        try ring.prepare()
        sync()
        let descriptor = Glibc.open(directory + "/clock", O_RDWR | O_CREAT, 0o600)
        defer { close(descriptor) }
        let before = try writtenBytes(statPath)
        let start = Clocks.unixMilliseconds()
        for second in 0..<3600 {
            // In real time ext4 commits its journal every 5 s, and with it the times of files that were written; here a
            // new time of a file and an fsync bring it about.
            if second % 5 == 4 && (maximumLoss <= 5 || second % maximumLoss == maximumLoss - 1) {
                futimens(descriptor, nil)
                fsync(descriptor)
            }
            for batch in gateway.batches(second: second, startUnixMilliseconds: start) {
                try ring.append(batch, second: second, maximumLoss: maximumLoss)
            }
        }
        try ring.ring.commit()
        sync()
        let written = try writtenBytes(statPath) - before
        let statistics = ring.ring.statistics
        print(
            ring.sampleCount, statistics.payloadByteCount, statistics.writtenByteCount - statistics.zeroedByteCount,
            written, statistics.commitCount)
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
            for batch in gateway.batches(second: second, startUnixMilliseconds: start) {
                try ring.append(batch, second: second, maximumLoss: 60)
            }
            second += 1
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
