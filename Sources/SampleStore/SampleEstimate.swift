/// How many samples a query will decode, and how many of those are in its range for sure.
struct SampleEstimate: Sendable {
    private(set) var decoded = 0
    private(set) var certain = 0

    mutating func add(_ count: Int, isWhole: Bool) {
        decoded += count
        if isWhole { certain += count }
    }

    mutating func add(_ other: SampleEstimate, isCertain: Bool) {
        decoded += other.decoded
        if isCertain { certain += other.certain }
    }
}
