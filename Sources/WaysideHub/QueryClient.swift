package import Authentication
internal import Daemon
package import HTTPExchange
internal import JSONText

/// Asks a hub (or any Prometheus) a question and prints the answer as a table.
package struct QueryClient: Sendable {
    private let client: HTTPClient
    private let base: String
    private let authorization: RequestAuthorization

    /// `base` is the server's address without a path: `http://127.0.0.1:9661`.
    package init(client: HTTPClient, base: String, authorization: RequestAuthorization = .none) {
        self.client = client
        self.authorization = authorization
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    }

    /// The table for an instant query, or the failure.
    package func table(_ expression: String, time: String?) async throws(QueryFailure) -> String {
        var target = base + "/api/v1/query?query=" + PercentCoding.encode(expression)
        if let time { target += "&time=" + PercentCoding.encode(time) }
        let url: HTTPURL
        do throws(HTTPURL.Failure) {
            url = try HTTPURL(target)
        } catch {
            // What holds a password is not repeated.
            throw error == .hasUserInfo ? .passwordInAddress : .badAddress(base)
        }
        var headers: HTTPHeaders = [:]
        do throws(RequestAuthorizationError) {
            if let value = try authorization.header() { headers.set("Authorization", value) }
        } catch {
            throw .noCredentials(error)
        }
        let reply: HTTPReply
        do throws(HTTPClientError) { reply = try await client.get(url, headers: headers) } catch {
            throw .unreachable(error)
        }
        if reply.status == .unauthorized { throw .unauthorized(reply.firstLine()) }
        let answer: JSONValue
        do throws(JSONError) {
            answer = try JSONValue(reply.body, limits: JSONLimits(byteLimit: 256 << 20, depthLimit: 32))
        } catch {
            throw .unreadable("status \(reply.status.code), \(reply.firstLine())")
        }
        guard answer["status"]?.text == "success", let data = answer["data"] else {
            throw .refused(answer["error"]?.text ?? "status \(reply.status.code)")
        }
        return QueryTable(data).text()
    }
}
