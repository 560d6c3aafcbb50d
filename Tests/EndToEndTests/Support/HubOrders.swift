import HTTPExchange
import SampleStore

/// What `wayside-hub store` orders of a running hub, by the socket in its directory.
struct HubOrders: Sendable {
    let storageDirectory: String

    struct Answer: Sendable {
        let status: Int
        let text: String
    }

    /// Has it write everything into its final form, as `wayside-hub store seal` does. The status is 0 where it does not
    /// answer.
    func seal() async -> Answer {
        let url = HTTPURL(unixSocket: storageDirectory + "/" + SampleStore.controlSocketName, target: "/seal")
        do throws(HTTPClientError) {
            let reply = try await Web.shared.post(url, body: [])
            return Answer(status: reply.status.code, text: String(decoding: reply.body, as: UTF8.self))
        } catch {
            return Answer(status: 0, text: "\(error)")
        }
    }

    /// Orders that again and again, until the hub has ended.
    func sealUntilTheEnd() async {
        while await seal().status != 0 {}
    }
}
