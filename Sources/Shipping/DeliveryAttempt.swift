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
