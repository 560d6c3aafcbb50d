internal import BatchRecord
internal import Daemon
internal import MetricModel
internal import RingLog

/// What there is to say of a record in a line.
enum RecordText {
    static func details(
        _ kind: RecordKind, _ bytes: UnsafeRawBufferPointer, _ decoder: BatchRecordDecoder
    ) -> [String] {
        do throws(BatchRecordError) {
            switch kind {
            case .samples:
                let summary = try decoder.summary(of: bytes)
                let clock = summary.clock
                var words = ["\(summary.sampleCount) samples", UTCTime(unixMilliseconds: clock.unixMilliseconds).text]
                if !clock.isSynchronised { words.append("clock not synchronised") }
                if !summary.annotation.isEmpty { words.append("\(summary.annotation.count) bytes of journal") }
                return words
            case .state:
                let state = try StateRecord(decoding: bytes)
                return ["\(state.owner), stands for records through \(state.lastAppliedRecord)"]
            case .gap: return [BufferInspector.text(try GapRecord(decoding: bytes))]
            case .timeCorrection:
                let correction = try TimeCorrectionRecord(decoding: bytes)
                return ["records \(correction.firstRecord) to \(correction.lastRecord)"]
            default: return []
            }
        } catch {
            return ["cannot be decoded: \(error)"]
        }
    }
}

extension RecordKind {
    /// The kind in a word.
    var name: String {
        switch self {
        case .samples: "samples"
        case .dictionary: "dictionary"
        case .state: "state"
        case .gap: "gap"
        case .timeCorrection: "time-correction"
        case .opaque: "opaque"
        default: "kind-\(rawValue)"
        }
    }
}
