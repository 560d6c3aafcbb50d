internal import Daemon
package import HTTPExchange
internal import JSONText

/// Asks a hub (or any Prometheus) a question and prints the answer as a table.
package struct QueryClient: Sendable {
    private let client: HTTPClient
    private let base: String

    /// `base` is the server's address without a path: `http://127.0.0.1:9661`.
    package init(client: HTTPClient, base: String) {
        self.client = client
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    }

    /// The table for an instant query, or the failure.
    package func table(_ expression: String, time: String?) async throws(QueryFailure) -> String {
        var target = base + "/api/v1/query?query=" + PercentCoding.encode(expression)
        if let time { target += "&time=" + PercentCoding.encode(time) }
        let url: HTTPURL
        do throws(HTTPURL.Failure) { url = try HTTPURL(target) } catch { throw .badAddress(base) }
        let reply: HTTPReply
        do throws(HTTPClientError) { reply = try await client.get(url) } catch { throw .unreachable(error) }
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
