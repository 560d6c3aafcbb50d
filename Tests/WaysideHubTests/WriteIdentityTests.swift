import HTTPExchange
import LinuxSystem
import Logging
import MetricModel
import RemoteWrite
import SampleStore
import SettingsFile
import TLSTransport
import TestPeers
import Testing

@testable import WaysideHub

/// The write endpoint, asked by users and certificates: what is bound to them.
@Suite(.timeLimit(.minutes(1))) struct WriteIdentityTests {
    private final class Fixture {
        let directory: ScratchDirectory
        let store: SampleStore
        let counts = WriteCounts()
        let refusedAgents = RefusedAgents()
        let fleet: FleetDesk
        let endpoint: WriteEndpoint

        init(_ identities: [String: Set<String>] = [:], isBinding: Bool = true) throws {
            directory = try ScratchDirectory()
            store = try SampleStore(
                directory: directory.path, settings: StoreSettings(), now: { Clocks.unixMilliseconds() },
                decode: WriteEndpoint.decodeAgain)
            let settings = try SettingsDocument.read(bytes: [], name: "defaults", as: HubSettings.self).fleet
            fleet = FleetDesk(
                settings: settings, store: StoreSettings(), source: store,
                startUnixMilliseconds: Clocks.unixMilliseconds())
            endpoint = WriteEndpoint(
                store: store, relay: nil, counts: counts, identities: AgentIdentities(identities, isBinding: isBinding),
                refusedAgents: refusedAgents, fleet: fleet,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        deinit { store.close() }

        /// One sample of the series `name`, as records 1 to 1 of the same ring, with the same checksum each time.
        func write(
            _ name: String, agent: String?, user: String? = nil, peer: TLSPeer? = nil
        ) async throws -> (code: Int, text: String) {
            var columns = SampleColumns()
            let labels = Labels([Label("__name__", name)])
            let start = columns.labelBytes.count
            columns.labelBytes += labels.packed
            columns.rows.append(
                SampleColumns.Row(labels: start..<columns.labelBytes.count, samples: 0..<1, family: -1))
            columns.unixMilliseconds.append(Clocks.unixMilliseconds())
            columns.values.append(1)
            columns.startUnixMilliseconds.append(0)
            var (message, body): ([UInt8], [UInt8]) = ([], [])
            WriteRequest2.encode(columns, into: &message)
            try SnappyBlock.compress(message, into: &body)
            var headers = HTTPHeaders(WireFormat.writeRequest2.requestHeaders.map { ($0.name, $0.value) })
            if let agent { headers.set("Wayside-Agent", agent) }
            let records = RecordsHeader(
                ringHigh: 1, ringLow: 2, first: 1, last: 1, part: 1, partCount: 1, checksum: 3)
            headers.set(RecordsHeader.name, "\(try #require(records))")
            var request = HTTPRequest(
                method: .post, target: "/api/v1/write", headers: headers, body: body, remoteAddress: "192.0.2.1:5",
                peer: peer)
            request.user = user
            let answer = await endpoint.answer(request)
            guard case .bytes(let bytes) = answer.body else { return (answer.status.code, "") }
            return (answer.status.code, String(decoding: bytes, as: UTF8.self))
        }

        func count(_ outcome: String) -> UInt64 { counts.all.first { $0.outcome == outcome }?.count ?? 0 }
    }

    @Test func aUserOrCertificateWritesAsItsOwnAgentOnly() async throws {
        let fixture = try Fixture()
        let byName = TLSPeer(commonName: "gw-7")
        let byAddress = TLSPeer(commonName: "Plant 3", dnsNames: ["gw-7.plant", "gw-7"])
        #expect(try await fixture.write("a", agent: "gw-7", user: "gw-7").code == 204)
        #expect(try await fixture.write("b", agent: "gw-7", peer: byName).code == 204)
        #expect(try await fixture.write("c", agent: "gw-7", peer: byAddress).code == 204)
        for (user, peer) in [("gw-8", nil), (nil, byName), (nil, byAddress), (nil, TLSPeer(commonName: nil))] {
            let answer = try await fixture.write("d", agent: "gw-9", user: user, peer: peer)
            #expect(answer.code == 403)
            #expect(answer.text.contains("\"gw-9\""), "\(answer.text)")
        }
        #expect(fixture.count("forbidden") == 4)
        #expect(fixture.refusedAgents.all.first { $0.reason == "other_name" }?.count == 3)
        #expect(fixture.refusedAgents.all.first { $0.reason == "nameless_certificate" }?.count == 1)
        // Other senders name no agent, whoever they are.
        #expect(try await fixture.write("e", agent: nil, user: "gw-8").code == 204)
    }

    /// What one has sent never makes the hub drop what another sends, even under an id that they share.
    @Test func theMemoryOfRequestsIsBoundToWhoSentThem() async throws {
        let fixture = try Fixture(["gateway-user": ["gw-7"]])
        #expect(try await fixture.write("a", agent: "gw-7", user: "gateway-user").code == 204)
        #expect(try await fixture.write("b", agent: "gw-7", user: "gw-7").code == 204)
        #expect(fixture.count("repeated") == 0)
        #expect(fixture.store.statistics().stored == 2)
        // Of the same sender it is a repetition, which is answered and not stored.
        #expect(try await fixture.write("c", agent: "gw-7", user: "gw-7").code == 204)
        #expect(fixture.count("repeated") == 1)
        #expect(fixture.store.statistics().stored == 2)
    }

    @Test func withoutAuthenticationEverybodyIsWhomItSays() async throws {
        let fixture = try Fixture(isBinding: false)
        #expect(try await fixture.write("a", agent: "gw-7").code == 204)
        #expect(try await fixture.write("b", agent: "gw-7").code == 204)
        #expect(fixture.count("repeated") == 1)
        #expect(try await fixture.write("c", agent: "any body").code == 204)
        #expect(fixture.count("stored") == 2)
    }
}
