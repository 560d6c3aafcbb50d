internal import RingLog

/// Which part of the ring a dispatcher sends, where a destination gets live data before its backlog.
enum DeliveryLane: Sendable, Hashable {
    /// Everything, from the cursor on.
    case all
    /// From the cursor through this record; then it is done.
    case backlog(through: RecordNumber)
    /// From this record on, ahead of the cursor.
    case live(from: RecordNumber)

    /// The last record of a lane that has an end.
    var end: RecordNumber? {
        if case .backlog(let last) = self { last } else { nil }
    }

    var hasEnd: Bool { end != nil }
}
