internal import LinuxSystem
internal import RingLog

/// Why flash takes no writes, in the words of `wayside_buffer_degraded{reason}`.
enum DegradedReason: String, CaseIterable, Sendable {
    case noSpace = "no_space"
    case ioError = "io_error"
    case readOnly = "read_only"
    case noPermission = "no_permission"
    /// The data directory is not there and cannot be made.
    case missing
    /// Each segment has failed, and no other can be made.
    case noSegment = "no_segment"
    case other

    init(_ error: RingError) {
        switch error {
        case .disk(let failure): self = DegradedReason(failure)
        case .noUsableSegment: self = .noSegment
        default: self = .other
        }
    }

    init(_ failure: SystemError) {
        switch failure.cause {
        case .noSpace: self = .noSpace
        case .inputOutput: self = .ioError
        case .readOnly: self = .readOnly
        case .noPermission: self = .noPermission
        case .missing: self = .missing
        case .other: self = .other
        }
    }
}
