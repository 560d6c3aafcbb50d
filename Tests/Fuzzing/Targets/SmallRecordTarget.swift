import BatchRecord
import MetricModel

/// State, gap and time-correction records: what is read is written again as the same bytes, but for what a later
/// version has added.
struct SmallRecordTarget: FuzzTarget {
    static let name = "small-records"

    static func seeds() -> [[UInt8]] {
        let gap = GapRecord(
            reason: .damaged, sampleCount: 300, seriesCount: 7, firstUnixMilliseconds: 1, lastUnixMilliseconds: -1,
            firstRecord: 8, lastRecord: 9)
        let correction = TimeCorrectionRecord(
            bootID: BootID(high: 1, low: 2), firstRecord: 3, lastRecord: 4, bootUnixMilliseconds: -5, isUncertain: true)
        let state = StateRecord(owner: "intake", lastAppliedRecord: 12, payload: [1, 2, 3])
        return [gap.encode, correction.encode, state.encode].map { encode in
            var bytes: [UInt8] = []
            encode(&bytes)
            return bytes
        }
    }

    func run(_ bytes: [UInt8]) {
        checkAgain(bytes, GapRecord.init(decoding:)) { $0.encode(into: &$1) }
        checkAgain(bytes, TimeCorrectionRecord.init(decoding:)) { $0.encode(into: &$1) }
        guard let state = read(bytes, StateRecord.init(decoding:)) else { return }
        var again: [UInt8] = []
        state.encode(into: &again)
        hold(again == bytes, "a state record is written as it was read")
    }

    private func read<Record>(
        _ bytes: [UInt8], _ decode: (UnsafeRawBufferPointer) throws(BatchRecordError) -> Record
    ) -> Record? {
        bytes.withUnsafeBytes { raw in attempt { () throws(BatchRecordError) in try decode(raw) } }
    }

    private func checkAgain<Record: Equatable>(
        _ bytes: [UInt8], _ decode: (UnsafeRawBufferPointer) throws(BatchRecordError) -> Record,
        encode: (Record, inout [UInt8]) -> Void
    ) {
        guard let record = read(bytes, decode) else { return }
        var again: [UInt8] = []
        encode(record, &again)
        hold(read(again, decode) == record, "\(record) comes back")
    }
}
