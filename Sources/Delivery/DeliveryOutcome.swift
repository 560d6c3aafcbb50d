package import Shipping

/// What came of one request.
package enum DeliveryOutcome: Sendable {
    case answered(DeliveryResponse)
    /// No answer; `wasSent` where bytes of the request may have left.
    case failed(String, wasSent: Bool)
}
