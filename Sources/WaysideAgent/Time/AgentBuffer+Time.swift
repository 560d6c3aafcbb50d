internal import BatchRecord
internal import MetricModel
internal import RingLog

extension AgentBuffer {
    /// Nothing is to be sent until `releaseShipping`.
    func holdShipping() { changeTime { $0.isShippingHeld = true } }

    func releaseShipping() { changeTime { $0.isShippingHeld = false } }

    /// Makes everything durable that a request through record `last` is made of, and that it may have been sent.
    /// Even where that fails, what the request holds is not corrected any more, as long as this process lives.
    func commit(beforeSending last: RecordNumber, bootNanoseconds now: Int64) throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in
            try state.noteAttempt(through: last, bootNanoseconds: now)
            try state.commit()
        }
    }

    /// Times by `clock` what was taken in its boot before the clock was set, and was never tried at any destination.
    /// Answers how many samples that moves. It is durable with the next commit, so at the latest before anything it moves
    /// is sent: a clock that is set all the time must not fill the ring with pages of its own.
    func correct(by clock: ClockReading) throws(AgentBufferError) -> UInt64 {
        var samples: UInt64 = 0
        try change { (state) throws(AgentBufferError) in
            samples = try state.correct(by: clock)
        }
        return samples
    }

    /// Places the unsent batches of earlier boots by what is known of them. `now` is nil where the clock cannot be
    /// trusted; no time before `floorUnixMilliseconds` is.
    func placeEarlierBoots(
        running bootID: BootID, now: ClockReading?, floorUnixMilliseconds floor: Int64, bootNanoseconds: Int64
    ) throws(AgentBufferError) -> [EarlierBoots.Placement] {
        var made: [EarlierBoots.Placement] = []
        try change { (state) throws(AgentBufferError) in
            made = try state.placeEarlierBoots(
                running: bootID, now: now, floorUnixMilliseconds: floor, bootNanoseconds: bootNanoseconds)
        }
        return made
    }
}
