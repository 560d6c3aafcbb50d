internal import MetricModel

/// How times on an earlier CLOCK_BOOTTIME are carried to the one that runs now.
enum BootShift: Equatable {
    /// Add this many nanoseconds; 0 within one boot.
    case known(nanoseconds: Int64)
    /// The gateway rebooted and its wall clock was not synchronised at both ends: nobody knows for how long it was off.
    case unknown(lastNanoseconds: Int64)

    init(from before: ClockReading, to now: ClockReading) {
        if before.bootID == now.bootID {
            self = .known(nanoseconds: 0)
        } else if before.isSynchronised && now.isSynchronised {
            let (elapsed, overflow) = before.unixMilliseconds.subtractingReportingOverflow(now.unixMilliseconds)
            let passed = overflow ? 0 : SafeSum.nanoseconds(milliseconds: elapsed)
            let booted = SafeSum.time(now.bootNanoseconds, -SafeSum.time(before.bootNanoseconds, 0))
            self = .known(nanoseconds: SafeSum.time(booted, passed))
        } else {
            self = .unknown(lastNanoseconds: before.bootNanoseconds)
        }
    }

    /// An earlier time on the clock that runs now. Where the shift is not known, it is taken as if the gateway had
    /// booted again at once, so that ages are lower bounds.
    func carry(_ bootNanoseconds: Int64) -> Int64 {
        switch self {
        case .known(let shift): SafeSum.time(bootNanoseconds, shift)
        case .unknown(let last): SafeSum.time(bootNanoseconds, -SafeSum.time(last, 0))
        }
    }

    func carry(_ time: DataTime) -> DataTime {
        var carried = time
        carried.bootNanoseconds = carry(time.bootNanoseconds)
        if case .unknown = self { carried.isLowerBound = true }
        return carried
    }

    /// A device's clock fit, or nil where it means nothing any more.
    func carry(_ clock: UptimeClock) -> UptimeClock? {
        guard case .known(let shift) = self else { return nil }
        var carried = clock
        carried.move(byNanoseconds: shift)
        return carried
    }
}
