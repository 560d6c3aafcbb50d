internal import MetricModel

/// When a message reached the gateway.
struct Arrival: Equatable {
    var bootNanoseconds: Int64
    var unixMilliseconds: Int64
    var isSynchronised: Bool

    init(_ clock: ClockReading) {
        bootNanoseconds = clock.bootNanoseconds
        unixMilliseconds = clock.unixMilliseconds
        isSynchronised = clock.isSynchronised
    }

    init(bootNanoseconds: Int64, unixMilliseconds: Int64, isSynchronised: Bool) {
        self.bootNanoseconds = bootNanoseconds
        self.unixMilliseconds = unixMilliseconds
        self.isSynchronised = isSynchronised
    }
}
