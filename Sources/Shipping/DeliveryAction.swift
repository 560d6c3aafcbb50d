/// What is to be done for a destination, in the order given.
package enum DeliveryAction: Sendable, Hashable {
    /// Send these samples, then report a `.response` or `.networkError`.
    case send(DeliveryAttempt)
    /// Report `.timer` at this time.
    case wait(untilNanoseconds: Int64, DeliveryWait)
    /// Everything through this record is done with: move the cursor. The request's bytes are not needed any more.
    case advance(throughRecord: UInt64)
    /// So much was acknowledged.
    case acknowledged(samples: Int)
    /// So much will never be acknowledged: count it by reason, log the receiver's line.
    case dropped(DeliveryDrop)
    /// From now on by this version: count and log.
    case changedProtocol(to: ProtocolVersion, because: ProtocolChange)
    /// Forget the request that was prepared: the ring has overwritten part of it. Plan again from the oldest record.
    case discardPrepared
    /// The machine is free: plan the next request and report `.requestReady`, now or whenever there is one.
    case prepareNext
    /// Nothing more will happen: stopped.
    case finished
}

/// One try at sending one part of a request.
package struct DeliveryAttempt: Sendable, Hashable {
    package let request: PlannedRequest
    package let part: RequestPart
    package let version: ProtocolVersion
    /// 0 for the first try of this part; sent as `Retry-Attempt` from 1 on.
    package let retry: Int

    package init(request: PlannedRequest, part: RequestPart, version: ProtocolVersion, retry: Int) {
        self.request = request
        self.part = part
        self.version = version
        self.retry = retry
    }
}

/// Why a destination waits.
package enum DeliveryWait: Sendable, Hashable {
    /// A failure that passes by itself.
    case backoff(reason: String)
    /// The receiver asked for it with 429.
    case throttled
    /// An answer that only a person can change; nothing is lost meanwhile but what the ring overwrites.
    case paused(reason: String)
}

/// Samples that a receiver has refused for good.
package struct DeliveryDrop: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// 400, 422 and what else says that the content is wrong.
        case refused = "refused"
        /// 409: it has other samples at these times (Thanos Receive).
        case conflict = "conflict"
        /// 413 for a part that cannot be split any further.
        case tooLarge = "too_large"
    }

    package let request: PlannedRequest
    package let part: RequestPart
    package let reason: Reason
    /// Samples that were not written, as far as the receiver says.
    package let samples: Int
    package let status: Int
    package let firstLine: String
    /// Whether a try before went unanswered, so that the samples may be there all the same: Prometheus answers a
    /// request that it has already with 400.
    package let mayHaveArrived: Bool

    package init(
        request: PlannedRequest, part: RequestPart, reason: Reason, samples: Int, status: Int, firstLine: String,
        mayHaveArrived: Bool
    ) {
        self.request = request
        self.part = part
        self.reason = reason
        self.samples = samples
        self.status = status
        self.firstLine = firstLine
        self.mayHaveArrived = mayHaveArrived
    }
}

/// What made `protocol: auto` change its mind.
package enum ProtocolChange: Sendable, Hashable {
    /// 415.
    case unsupportedMediaType
    /// 2xx without a Written header: a 1.0 receiver that read an empty message.
    case silentlySwallowed
    /// 400 without a Written header before any answer that had one.
    case unexplainedRefusal
    /// A day by 1.0 has passed.
    case secondTry
}
