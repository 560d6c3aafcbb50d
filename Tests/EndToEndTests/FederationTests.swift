import Daemon
import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import Testing

/// `/federate` as a Prometheus scrapes it.
@Suite struct FederationTests {
    private static let match = PercentCoding.encode(#"{__name__=~".+"}"#)

    /// A hub with a series whose names are not those of Prometheus 2, beside a plain one.
    private func hub() async throws -> RunningHub {
        let hub = try await RunningHub()
        var columns = SampleColumns()
        for labels in [["__name__": "plain", "job": "a"], ["__name__": "http.requests", "my.label": "ü"]] as [Labels] {
            columns.beginRow(packedLabels: labels.packed)
            columns.append(unixMilliseconds: Clocks.unixMilliseconds(), value: 2)
        }
        // By 1.0 there are no such names.
        try await PlainRequest(columns, as: .writeRequest2).post(to: hub.writeURL)
        return hub
    }

    /// A name that it cannot read would cost Prometheus 2 the whole page.
    @Test(.enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
    func prometheus2TakesAllOfIt() async throws {
        let hub = try await hub()
        let prometheus = try RunningPeer.prometheus(federating: hub.port, match: #"{__name__=~".+"}"#)
        try await Web.shared.wait(for: "the series of the hub") {
            try await prometheus.query.vector("plain").first?.number == 2
        }
        let found = try await prometheus.query.vector(#"http_requests{my_label="ü"}"#)
        #expect(found.first?.number == 2)
        hub.stop()
    }

    @Test func whoTakesUTF8NamesHasThem() async throws {
        let hub = try await hub()
        func page(_ accept: String) async throws -> (type: String?, text: String) {
            let reply = try await Web.shared.get(
                hub.base + "/federate?match[]=" + Self.match, headers: ["Accept": accept])
            return (reply.headers["Content-Type"], String(decoding: reply.body, as: UTF8.self))
        }
        let three = try await page(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,*/*;q=0.1")
        #expect(three.type == "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8")
        #expect(three.text.contains(#"{"http.requests","my.label"="ü",instance=""} 2 "#))
        let two = try await page("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
        #expect(two.type == "text/plain; version=0.0.4; charset=utf-8")
        #expect(two.text.contains(#"http_requests{my_label="ü",instance=""} 2 "#))
        hub.stop()
    }
}
