package import Authentication
package import HTTPExchange
package import Shipping

/// A server on the other side of an import or export, and how it is asked.
package struct TransferPeer: Sendable {
    let client: HTTPClient
    let url: String
    let authorization: RequestAuthorization
    let headers: [(name: String, value: String)]
    let protocolChoice: ProtocolChoice

    /// `protocolChoice` is for what is sent to it.
    package init(
        client: HTTPClient, url: String, authorization: RequestAuthorization,
        headers: [(name: String, value: String)] = [], protocolChoice: ProtocolChoice = .auto
    ) {
        self.client = client
        self.url = url
        self.authorization = authorization
        self.headers = headers
        self.protocolChoice = protocolChoice
    }

    /// What a client of such a server must allow: an answer of remote read, and the time to make it.
    package static let clientLimits = HTTPClientLimits(
        totalTimeout: .seconds(120), replyByteLimit: RemoteHistory.replyByteLimit)

    var history: RemoteHistory {
        RemoteHistory(client: client, place: .address(url), authorization: authorization, headers: headers)
    }

    /// Sends to the address as it is, or, of a hub, to its endpoint.
    func sender(path: String = "") throws(TransferFailure) -> TransferSender {
        let base = !path.isEmpty && url.hasSuffix("/") ? String(url.dropLast()) : url
        do throws(HTTPURL.Failure) {
            return TransferSender(
                client, url: try HTTPURL(base + path), authorization: authorization, headers: headers,
                choice: protocolChoice)
        } catch {
            throw TransferFailure(
                "\(error == .hasUserInfo ? "the address" : url) is no address: \(error)", isUsage: true)
        }
    }
}
