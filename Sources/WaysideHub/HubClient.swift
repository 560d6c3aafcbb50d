package import Authentication
internal import Daemon
package import HTTPExchange
internal import JSONText
internal import LinuxSystem
internal import PrometheusAPI

/// Asks a hub (queries: any Prometheus) and gives the answer as text for a person.
package struct HubClient: Sendable {
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
    package func table(_ expression: String, time: String?) async throws(HubClientFailure) -> String {
        var target = "/api/v1/query?query=" + PercentCoding.encode(expression)
        if let time { target += "&time=" + PercentCoding.encode(time) }
        return QueryTable(try await data(target)).text()
    }

    /// A chart of a range query that ends at `time` or now, or the failure. Without a step there is a point a column.
    package func chart(
        _ expression: String, time: String?, range: Duration, step: Duration?
    ) async throws(HubClientFailure) -> String {
        let now = Clocks.unixMilliseconds()
        guard let end = time.map(TimeText.unixMilliseconds) ?? now else { throw .badTime(time ?? "") }
        let start = end - range.milliseconds
        let step = step?.milliseconds ?? max(1000, range.milliseconds / Int64(QueryChart.columnCount - 1))
        func seconds(_ milliseconds: Int64) -> String { "\(Double(milliseconds) / 1000)" }
        let target =
            "/api/v1/query_range?query=\(PercentCoding.encode(expression))&start=\(seconds(start))&end=\(seconds(end))"
            + "&step=\(seconds(step))"
        return QueryChart(from: start, through: end).text(try await data(target))
    }

    /// The `data` of an answer of the API.
    private func data(_ target: String) async throws(HubClientFailure) -> JSONValue {
        let reply = try await reply(target)
        let answer: JSONValue
        do throws(JSONError) {
            answer = try JSONValue(reply.body, limits: JSONLimits(byteLimit: 256 << 20, depthLimit: 32))
        } catch {
            throw .unreadable("status \(reply.status.code), \(reply.firstLine())")
        }
        guard answer["status"]?.text == "success", let data = answer["data"] else {
            throw .refused(answer["error"]?.text ?? "status \(reply.status.code)")
        }
        return data
    }

    /// The fleet as a screen, or the failure; `listsAll` has agents listed that are well, however many.
    package func fleet(listsAll: Bool) async throws(HubClientFailure) -> String {
        let reply = try await reply("/api/v1/fleet?format=text&all=\(listsAll)")
        guard reply.status.code == 200 else {
            throw .unreadable("status \(reply.status.code), \(reply.firstLine())")
        }
        return String(decoding: reply.body, as: UTF8.self)
    }

    private func reply(_ target: String) async throws(HubClientFailure) -> HTTPReply {
        let url: HTTPURL
        do throws(HTTPURL.Failure) {
            url = try HTTPURL(base + target)
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
        return reply
    }
}
