package import LinuxSystem

/// Why the ring could not do what it was asked.
package enum RingError: Error, Hashable, Sendable {
    /// A record is longer than the settings allow.
    case recordTooLarge(byteCount: Int, byteLimit: Int)
    /// The records of one group do not fit into an empty segment.
    case groupTooLarge(byteCount: Int, byteLimit: Int)
    /// The policy is `refuse` and the oldest segment is not acknowledged by everyone.
    case full(byteCount: Int)
    /// Too many bytes wait for `commit`, because commits fail.
    case uncommittedLimit(byteLimit: Int)
    /// Too many destinations, or a name that is empty or too long.
    case destinationRefused(name: String, limit: Int)
    /// The disk failed. What was appended and not committed is still in memory and is written to another segment by
    /// the next `commit`.
    case disk(SystemError)
    /// Every segment has failed to take a write since `reconsiderFailedSegments()` was last called.
    case noUsableSegment(failedCount: Int)
}

extension RingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .recordTooLarge(let byteCount, let byteLimit):
            "a record of \(byteCount) bytes is longer than the limit of \(byteLimit)"
        case .groupTooLarge(let byteCount, let byteLimit):
            "records of \(byteCount) bytes that belong together do not fit into a segment's \(byteLimit)"
        case .full(let byteCount): "all \(byteCount) bytes of the ring hold unacknowledged records"
        case .uncommittedLimit(let byteLimit): "\(byteLimit) bytes already wait to be committed"
        case .destinationRefused(let name, let limit):
            "no cursor for \"\(name)\": at most \(limit) destinations with names of 1 to "
                + "\(RingFormat.destinationNameByteLimit) bytes"
        case .disk(let error): error.description
        case .noUsableSegment(let failedCount):
            "no segment can take a write and none can be made (\(failedCount) have failed): is the disk full or read-only?"
        }
    }
}
