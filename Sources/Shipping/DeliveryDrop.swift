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
