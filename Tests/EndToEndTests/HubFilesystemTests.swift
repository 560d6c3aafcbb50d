import Daemon
import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import Testing

/// A hub whose disk takes no more: it says so, keeps its memory, serves what it has, and needs nobody to go on when
/// there is room.
@Suite(.enabled(if: SmallFilesystem.isPossible, "a file system can be mounted by root only"))
struct HubFilesystemTests {
    @Test func fullDuringARewriteThenDuringASealThenForTheLogAndRoomAgain() async throws {
        let world = try await FullHubWorld()
        try await world.fillDuringARewrite()
        try await world.fillDuringASeal()
        try await world.fillTheLog()
        try await world.killAndStartOnTheFullDisk()
        world.disk.makeRoom()
        try await world.expectRecovery()
    }
}

/// A hub on a small file system, and senders that go on whatever it says.
private struct FullHubWorld {
    let hub: RunningHub
    let disk: SmallFilesystem
    let proxy: RecordingProxy
    /// The agent's other destination, which is always there and shows what there was to receive.
    let reference: ScriptedReceiver
    let agent: RunningAgent
    let load: LoadGenerator

    init() async throws {
        hub = try RunningHub(prepared: ())
        disk = try SmallFilesystem(at: hub.storageDirectory, mebibytes: 112)
        try await hub.start()
        proxy = try RecordingProxy(before: hub)
        reference = try ScriptedReceiver("reference")
        agent = try await RunningAgent(
            settings: """
                remote_write:
                  - {url: "\(proxy.url)", batch_for: 1s}
                  - {url: "\(reference.url)", batch_for: 1s}
                """)
        load = LoadGenerator(url: proxy.url, writerCount: 2)
        try await proxy.waitForAcknowledgements(5)
    }

    private func expectLog(_ words: String) async throws {
        try await Web.shared.wait(for: "the log to say: \(words)") { hub.log.contains(words) }
    }

    private func expectEverythingAcknowledged(_ when: String) async throws {
        let acknowledged = try AcknowledgedSamples(proxy.acknowledged)
        let faults = try await acknowledged.faults(inAnswersOf: hub.query)
        #expect(faults.isEmpty, "\(when), \(faults.count) faults: \(faults.sorted().prefix(5))")
    }

    /// A day's final form of 1.4 MB, and 1 MB of room: its late samples can be sealed, a second copy has no room.
    func fillDuringARewrite() async throws {
        for part in 0..<5 {
            let ballast = PlainRequest.noise(
                "ballast", seriesCount: 20, sampleCount: 2000, from: Clocks.unixMilliseconds() - 300_000 + Int64(part),
                stepMilliseconds: 100)
            try await PlainRequest(ballast).post(to: proxy.url)
        }
        let sealed = try #require(try await hub.seal())
        #expect(sealed.status == 200, "\(sealed.text)")
        try await proxy.waitForAcknowledgements(5)
        try disk.fill(leavingKibibytes: 1024)
        let refused = try #require(try await hub.seal())
        #expect(refused.status == 500 && refused.text.contains(".db.tmp"), "\(refused.text)")
        #expect((try await hub.metric("wayside_store_rewrite_failures_total") ?? 0) > 0)
        #expect(try await hub.metric("wayside_store_seal_failures_total") == 0)
        #expect(try !hub.storageNames.contains { $0.hasSuffix(".tmp") })
        try await expectLog("a day cannot be brought into its final form")
        try await expectEverythingAcknowledged("after a rewrite without room")
    }

    /// No room at all: the log has some of its own, so that senders are not refused yet.
    func fillDuringASeal() async throws {
        try disk.fill(leavingKibibytes: 0)
        try await proxy.waitForAcknowledgements(5)
        let refused = try #require(try await hub.seal())
        #expect(refused.status == 500 && refused.text.contains(".db"), "\(refused.text)")
        #expect((try await hub.metric("wayside_store_seal_failures_total") ?? 0) > 0)
        try await expectLog("the store cannot write its day files; the log keeps the samples")
        try await proxy.waitForAcknowledgements(5)
        try await expectEverythingAcknowledged("after a seal without room")
    }

    /// Requests of a megabyte take what the log has left. What is refused then takes no memory.
    func fillTheLog() async throws {
        let filler = try filler()
        var status = 0
        for _ in 0..<80 where status != 503 {
            status = try await Web.shared.post(hub.writeURL, headers: filler.headers, body: filler.body).status.code
        }
        #expect(status == 503)
        let refused = proxy.answers["503"] ?? 0
        let memory = try await hub.metric("process_resident_memory_bytes") ?? 0
        for _ in 0..<60 {
            let reply = try await Web.shared.post(hub.writeURL, headers: filler.headers, body: filler.body)
            #expect(reply.status.code == 503)
            #expect((reply.headers["Retry-After"].flatMap { Int($0) } ?? 0) > 0)
        }
        let later = try await hub.metric("process_resident_memory_bytes") ?? 0
        #expect(later - memory < 32 * 1_048_576, "60 refused megabytes took \(later - memory) bytes")
        try await Web.shared.wait(for: "the other senders to be refused") { (proxy.answers["503"] ?? 0) > refused + 5 }
        #expect(proxy.answersWithoutPatience == 0)
        #expect(try await hub.metric("wayside_store_degraded") == 1)
        #expect((try await hub.metric("wayside_write_requests_total", ["outcome": "failed"]) ?? 0) > 60)
        let ready = try await Web.shared.get(hub.base + "/-/ready")
        #expect(ready.status.code == 503 && String(decoding: ready.body, as: UTF8.self).contains("space"))
        try await expectLog("the store takes no writes")
        try await expectEverythingAcknowledged("with a full log")
    }

    private func filler() throws -> PlainRequest {
        var columns = SampleColumns()
        var place: UInt64 = 0
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-".utf8)
        let help = (0..<1_048_576).map { _ in
            place = place &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return letters[Int(place >> 58)]
        }
        columns.families.append(
            .init(name: "filler", type: .gauge, help: String(decoding: help, as: UTF8.self), unit: ""))
        columns.beginRow(packedLabels: (["__name__": "filler"] as Labels).packed)
        columns.append(unixMilliseconds: Clocks.unixMilliseconds(), value: 1)
        return try PlainRequest(columns, metadata: .typeUnitHelp)
    }

    func killAndStartOnTheFullDisk() async throws {
        hub.kill()
        try hub.launch()
        try await hub.waitUntil("/-/healthy")
        try await expectEverythingAcknowledged("after a start on the full disk")
    }

    /// It takes writes again by itself, and has in the end what every sender kept for it meanwhile.
    func expectRecovery() async throws {
        try await hub.waitUntil("/-/ready")
        try await proxy.waitForAcknowledgements(5)
        let horizon = reference.taken.newestUnixMilliseconds
        let labels: Labels = ["__name__": "up", "instance": "test-gateway", "job": "node", "site": "test"]
        try await Web.shared.wait(for: "the agent's backlog at the hub") {
            let acknowledged = try AcknowledgedSamples(proxy.acknowledged)
            return (acknowledged.series[labels.packed]?.keys.max() ?? 0) > horizon
        }
        let acknowledged = try AcknowledgedSamples(proxy.acknowledged)
        let missing = reference.taken.upTo(horizon - 1).series.filter { labels, points in
            !points.allSatisfy { acknowledged.series[labels]?[$0.unixMilliseconds] == $0.valueBits }
        }
        #expect(missing.isEmpty && reference.taken.sampleCount > 1000, "\(missing.count) series lack samples")
        try await load.stop()
        #expect(agent.stop() == 0)
        let sealed = try #require(try await hub.seal())
        #expect(sealed.status == 200, "\(sealed.text)")
        try await expectEverythingAcknowledged("after all")
        #expect(try await hub.metric("wayside_store_degraded") == 0)
        #expect(try await hub.metric("wayside_store_damaged_files_total") == 0)
        #expect(hub.stop() == 0)
        let verified = try hub.store("verify")
        #expect(verified.exitCode == 0, "\(verified.output)")
        #expect(try !hub.storageNames.contains { $0.contains(".damaged") })
        let faults = try AcknowledgedSamples(proxy.acknowledged).faults(inStoreAt: hub.storageDirectory)
        #expect(faults.isEmpty, "in the files, \(faults.count) faults: \(faults.sorted().prefix(5))")
    }
}
