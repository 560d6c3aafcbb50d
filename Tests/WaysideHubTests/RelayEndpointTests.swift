import HTTPExchange
import LinuxSystem
import Logging
import MetricModel
import RemoteWrite
import RingLog
import SettingsFile
import TestPeers
import Testing

@testable import Relay
@testable import WaysideHub

/// What a sender is told by a hub that stores nothing and relays everything.
@Suite struct RelayEndpointTests {
    private final class Hub {
        let directory: ScratchDirectory
        let desk: RelayDesk
        let counts = WriteCounts()
        let endpoint: WriteEndpoint
        private let loops = HTTPEventLoops()

        init() throws {
            directory = try ScratchDirectory()
            let text = """
                storage: {directory: none}
                hub: {id: hub-b, data_dir: \(directory.path)}
                relay: [{name: one, url: "http://127.0.0.1:1/"}, {name: two, url: "http://127.0.0.1:1/", buffer_size: 2MiB}]
                """
            let settings = try SettingsDocument.read(bytes: Array(text.utf8), name: "hub.yaml", as: HubSettings.self)
            desk = try #require(try RelayDesk(settings, loops: loops))
            for target in desk.targets {
                let buffer = target.buffer
                try DedicatedThread.start(name: "relay-log") { buffer.run() }
            }
            endpoint = WriteEndpoint(
                store: nil, relay: desk, counts: counts, identities: AgentIdentities([:], isBinding: false),
                refusedAgents: RefusedAgents(), fleet: nil,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        deinit { for target in desk.targets { target.buffer.close() } }

        func write(via: String? = nil, byteCount: Int = 0) async throws -> (response: HTTPResponse, text: String) {
            var columns = SampleColumns()
            columns.beginRow(packedLabels: Labels([Label("__name__", "up")]).packed)
            columns.append(unixMilliseconds: 1000, value: 1)
            var (message, body): ([UInt8], [UInt8]) = ([], [])
            WriteRequest2.encode(columns, into: &message)
            // A field that nobody knows, which does not compress.
            var random = SystemRandomNumberGenerator()
            let padding = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
            if byteCount > 0 {
                message += [0x7a]
                var length = byteCount
                while length >= 0x80 {
                    message.append(UInt8(length & 0x7f) | 0x80)
                    length >>= 7
                }
                message.append(UInt8(length))
                message += padding
            }
            try SnappyBlock.compress(message, into: &body)
            var headers = HTTPHeaders(WireFormat.writeRequest2.requestHeaders.map { ($0.name, $0.value) })
            if let via { headers.set(ViaHeader.name, via) }
            let response = await endpoint.answer(
                HTTPRequest(
                    method: .post, target: "/api/v1/write", headers: headers, body: body, remoteAddress: "10.0.0.9:1"))
            guard case .bytes(let bytes) = response.body else { return (response, "") }
            return (response, String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func everythingIsInEveryBufferBeforeItIsAcknowledged() async throws {
        let hub = try Hub()
        let answer = try await hub.write(via: "hub-a")
        #expect(answer.response.status.code == 204)
        #expect(answer.response.headers["X-Prometheus-Remote-Write-Samples-Written"] == "1")
        for target in hub.desk.targets {
            #expect(target.buffer.status.lastDurableRecord == 1)
            guard case .request(let request)? = try target.buffer.next(after: 0)?.content else {
                Issue.record("nothing is in the buffer of \(target.name)")
                return
            }
            #expect(request.via == "hub-a, hub-b" && request.sampleCount == 1 && request.sender == "10.0.0.9")
        }
        // The same again is acknowledged and not kept twice.
        _ = try await hub.write(via: "hub-a")
        #expect(hub.desk.targets.map { $0.buffer.status.lastRecord } == [1, 1])
        withExtendedLifetime(hub) {}
    }

    @Test func aRequestThatHasPassedThisHubIsRefusedByName() async throws {
        let hub = try Hub()
        let answer = try await hub.write(via: "hub-b, hub-a")
        #expect(answer.response.status.code == 400)
        #expect(answer.text.contains("hub \"hub-b\" has relayed this request before (Wayside-Via: hub-b, hub-a)"))
        #expect(answer.response.headers["X-Prometheus-Remote-Write-Samples-Written"] == "0")
        #expect(hub.desk.targets.allSatisfy { $0.buffer.status.lastRecord == 0 })
        #expect(hub.counts.all.map(\.outcome) == ["circular"])
        withExtendedLifetime(hub) {}
    }

    @Test func whatDoesNotFitIntoABufferIs413() async throws {
        let hub = try Hub()
        let answer = try await hub.write(byteCount: 1_500_000)
        #expect(answer.response.status.code == 413)
        #expect(answer.text.contains("the buffers of those it is relayed to take"))
        withExtendedLifetime(hub) {}
    }

    @Test func onlyAHubWithoutAStoreHoldsTheAnswerBackForADiskThatIsAway() {
        let problem = RelayOutcome.inMemory("read-only")
        #expect(RelayDesk.judge(problem, of: "a", isOnlyKeeper: false) == .taken)
        guard case .comeAgain(5, let why) = RelayDesk.judge(problem, of: "a", isOnlyKeeper: true) else {
            Issue.record("acknowledged without being durable anywhere")
            return
        }
        #expect(why.contains("relay target a") && why.contains("read-only"))
        let large = RelayOutcome.tooLarge(byteCount: 9, byteLimit: 5)
        #expect(RelayDesk.judge(large, of: "a", isOnlyKeeper: false) == .taken)
        #expect(RelayDesk.judge(large, of: "a", isOnlyKeeper: true) == .tooLarge(byteCount: 9, byteLimit: 5))
        for isOnlyKeeper in [false, true] {
            let busy = RelayDesk.judge(.busy(retryAfterSeconds: 3), of: "a", isOnlyKeeper: isOnlyKeeper)
            guard case .comeAgain(3, _) = busy else {
                Issue.record("\(busy)")
                return
            }
        }
    }
}
