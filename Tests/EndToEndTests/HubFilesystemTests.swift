import Daemon
import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import TestValues
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
    /// What was free before the hub began.
    private let emptyByteCount: Int64
    let proxy: RecordingProxy
    /// The agent's other destination, which is always there and shows what there was to receive.
    let reference: ScriptedReceiver
    let agent: RunningAgent
    let load: LoadGenerator

    init() async throws {
        hub = try RunningHub(prepared: ())
        disk = try SmallFilesystem(at: hub.storageDirectory, mebibytes: 112)
        emptyByteCount = try disk.freeByteCount()
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
        let others = "__name__=~\".+\",__name__!=\"ballast\""
        let faults = try await acknowledged.faults(inAnswersOf: hub.query, matching: others)
        #expect(faults.isEmpty, "\(when), \(faults.count) faults: \(faults.sorted().prefix(5))")
        let ballast = try await hub.query.vector("count(last_over_time(ballast[1h]))").map(\.number)
        #expect(ballast == [Double(FullHubWorld.ballastSeriesCount)], "\(when): \(ballast) series of ballast")
    }

    private static let ballastSeriesCount = 350

    /// Series whose labels take the room: 8 kB each of letters that cannot be packed.
    private static func ballast() -> SampleColumns {
        var columns = SampleColumns()
        for number in 0..<ballastSeriesCount {
            let text = letters(8000, seed: UInt64(number))
            columns.beginRow(packedLabels: (["__name__": "ballast", "text": text] as Labels).packed)
            columns.append(unixMilliseconds: Clocks.unixMilliseconds() - 60_000, value: 1)
        }
        return columns
    }

    private static func letters(_ count: Int, seed: UInt64) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-".utf8)
        var random = SeededRandom(seed: seed)
        return String(decoding: (0..<count).map { _ in letters[Int(random.next() >> 58)] }, as: UTF8.self)
    }

    /// A day's final form of 2 MB, and 1 MB of room: its late samples can be sealed, a second copy has no room.
    func fillDuringARewrite() async throws {
        try await PlainRequest(FullHubWorld.ballast()).post(to: hub.writeURL)
        let sealed = await hub.seal()
        #expect(sealed.status == 200, "\(sealed.text)")
        try await proxy.waitForAcknowledgements(5)
        // The log makes its next segment ahead of time, and should not do so with the rest of the room.
        try await Web.shared.wait(for: "the log's second segment behind the first and the day's file") {
            try disk.freeByteCount() < emptyByteCount - (64 + 2) << 20
        }
        // ext4 keeps a fiftieth of its blocks to itself.
        try disk.fill(leavingKibibytes: 1024 + 112 * 1024 / 50)
        let refused = await hub.seal()
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
        let refused = await hub.seal()
        #expect(refused.status == 500 && refused.text.contains(".db"), "\(refused.text)")
        #expect((try await hub.metric("wayside_store_seal_failures_total") ?? 0) > 0)
        try await expectLog("the store cannot write its day files; the log keeps the samples")
        try await proxy.waitForAcknowledgements(5)
        try await expectEverythingAcknowledged("after a seal without room")
    }

    /// Requests of a megabyte take what the log has left. What is refused then takes no memory.
    func fillTheLog() async throws {
        let filler = try filler(1_048_576)
        // What is too little for a large one still takes smaller ones.
        for filler in [filler, try self.filler(65_536), try self.filler(2048)] {
            var status = 0
            for _ in 0..<80 where status != 503 {
                status = try await Web.shared.post(hub.writeURL, headers: filler.headers, body: filler.body).status.code
            }
            #expect(status == 503)
        }
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
        // What the system said of the last try to make a segment, or that none is left, whichever came first.
        let reason = String(decoding: ready.body, as: UTF8.self)
        let isNamed = reason.contains("No space left on device") || reason.contains("is the disk full")
        #expect(ready.status.code == 503 && isNamed, "\(reason)")
        try await expectLog("the store takes no writes")
        try await expectEverythingAcknowledged("with a full log")
    }

    private func filler(_ byteCount: Int) throws -> PlainRequest {
        var columns = SampleColumns()
        let help = FullHubWorld.letters(byteCount, seed: 1)
        columns.families.append(.init(name: "filler", type: .gauge, help: help, unit: ""))
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
        let sealed = await hub.seal()
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
