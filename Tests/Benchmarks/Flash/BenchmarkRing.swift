import BatchRecord
import LinuxSystem
import MetricModel
import RingLog

/// A ring written as the agent writes its own.
struct BenchmarkRing {
    let ring: RingLog<FlashDisk>
    private var encoder = BatchRecordEncoder()
    private(set) var sampleCount = 0
    private var uncommittedSince = 0

    /// The agent commits at the latest when so many bytes wait.
    private static let commitByteLimit = 256 << 10

    /// Opens the ring of this machine in `directory`, or begins one, so that an agent takes it for its own. `refuge` is the
    /// directory in memory for what waits for a commit, nil for none.
    init(directory: String, refuge: String? = nil, byteCount: Int) throws {
        let machine = try Machine.machineID()
        ring = try RingLog(
            opening: FlashDisk(directory: directory), refuge: refuge.map { FlashDisk(directory: $0) },
            settings: RingSettings(
                byteCount: byteCount, policy: .overwriteOldest, machineID: RingID(high: machine.high, low: machine.low),
                newRingID: RingID(high: Machine.randomWord(), low: Machine.randomWord())))
    }

    /// Makes every segment's file.
    func prepare() throws { while try ring.prepareStep() {} }

    /// Appends a batch of a simulated second.
    mutating func append(_ batch: SampleBatch, second: Int) throws {
        if ring.uncommittedByteCount == 0 { uncommittedSince = second }
        try ring.appendGroup { context, group in
            let place = RecordPlace(
                segmentNumber: context.segmentNumber, recordNumber: context.recordNumber,
                byteOffset: context.byteOffset, recordByteLimit: context.recordByteLimit)
            encoder.encode(batch, at: place) { record, bytes in
                switch record {
                case .dictionary(let isRepeated):
                    group.add(.dictionary, flags: isRepeated ? .repeated : [], bytes)
                case .samples(let isBatchEnd):
                    group.add(.samples, flags: isBatchEnd ? .batchEnd : [], bytes)
                }
            }
        }
        encoder.confirm()
        sampleCount += batch.samples.count
        // As `AgentBuffer.append` does it: what was appended is with the kernel at once.
        if ring.uncommittedByteCount >= BenchmarkRing.commitByteLimit || ring.isCommitDue || !ring.writeThrough() {
            try ring.commit()
        }
    }

    /// Commits where the oldest that waits is `maximumLoss` seconds old.
    func commitIfDue(second: Int, maximumLoss: Int) throws {
        if ring.uncommittedByteCount > 0 && second - uncommittedSince >= maximumLoss { try ring.commit() }
    }
}
