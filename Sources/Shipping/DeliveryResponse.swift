/// A receiver's answer, as far as delivery depends on it.
package struct DeliveryResponse: Sendable, Hashable {
    package let status: Int
    /// Samples and histograms by the Written headers, nil where the answer has none of them.
    package let writtenSamples: Int64?
    /// What `Retry-After` asks for, as `RetryAfter.delaySeconds` makes it; nil where there is none.
    package let retryAfterSeconds: Int64?
    /// The body's first line, for people only; cut to 256 bytes by whoever reads it.
    package let firstLine: String
    /// Whether it says that it takes samples in any order.
    package let acceptsOutOfOrder: Bool

    package init(
        status: Int, writtenSamples: Int64? = nil, retryAfterSeconds: Int64? = nil, firstLine: String = "",
        acceptsOutOfOrder: Bool = false
    ) {
        self.status = status
        self.writtenSamples = writtenSamples
        self.retryAfterSeconds = retryAfterSeconds
        self.firstLine = firstLine
        self.acceptsOutOfOrder = acceptsOutOfOrder
    }
}
