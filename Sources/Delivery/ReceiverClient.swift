package import Authentication
package import HTTPExchange
internal import LinuxSystem
internal import RemoteWrite
internal import Shipping

/// Posts requests to one receiver and says of its answers what `Shipping` must know.
package struct ReceiverClient: Sendable {
    private let client: HTTPClient
    private let target: HTTPURL
    private let authorization: RequestAuthorization

    package init(_ client: HTTPClient, url: String, authorization: RequestAuthorization) throws {
        self.client = client
        target = try HTTPURL(url)
        self.authorization = authorization
    }

    /// Posts the body once; once more where the server had closed the kept connection before it read anything.
    package func post(_ headers: HTTPHeaders, _ body: [UInt8]) async -> DeliveryOutcome {
        var headers = headers
        do throws(RequestAuthorizationError) {
            if let authorization = try authorization.header() { headers.set("Authorization", authorization) }
        } catch {
            // Tried again like a receiver that cannot be reached, until the file is there.
            return .failed("\(error)", wasSent: false)
        }
        do throws(HTTPClientError) {
            return .answered(response(try await postAgainIfStale(headers, body)))
        } catch {
            return .failed("\(error)", wasSent: ReceiverClient.wasSent(error))
        }
    }

    private func postAgainIfStale(_ headers: HTTPHeaders, _ body: [UInt8]) async throws(HTTPClientError) -> HTTPReply {
        do throws(HTTPClientError) {
            return try await client.post(target, headers: headers, body: body)
        } catch {
            guard case .staleConnection = error else { throw error }
            return try await client.post(target, headers: headers, body: body)
        }
    }

    /// Whether bytes of the request may have left: not where there was no connection.
    private static func wasSent(_ error: HTTPClientError) -> Bool {
        switch error {
        case .nameNotFound, .connectFailed, .connectTimeout, .tls, .tooManyConnections, .shutDown: false
        case .timeout, .malformedReply, .replyTooLarge, .staleConnection, .closed, .cancelled: true
        }
    }

    private func response(_ reply: HTTPReply) -> DeliveryResponse {
        let date = reply.headers["Date"].flatMap { RetryAfter($0) }
        var responseDate: Int64?
        if case .date(let seconds) = date { responseDate = seconds }
        let delay = reply.headers["Retry-After"].flatMap { RetryAfter($0) }?.delaySeconds(
            nowUnixSeconds: Clocks.unixMilliseconds() / 1000, responseDateUnixSeconds: responseDate)
        // Before the receiver's own words, since those may be cut.
        let advice = authorization.advice(forStatus: reply.status.code).map { "– \($0): " } ?? ""
        return DeliveryResponse(
            status: reply.status.code, writtenSamples: WrittenCounts { reply.headers[$0] }?.total,
            retryAfterSeconds: delay, firstLine: advice + reply.firstLine(),
            acceptsOutOfOrder: HubHeader.acceptsOutOfOrder(reply.headers[HubHeader.name]))
    }
}
