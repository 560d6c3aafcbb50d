/// What a timeline says of a message of a device that does not number its boots.
enum TimelineVerdict: Equatable {
    case taken(lagNanoseconds: Int64, isLate: Bool, isReboot: Bool)
    case duplicate
}
