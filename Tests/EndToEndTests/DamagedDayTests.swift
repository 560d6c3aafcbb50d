import Daemon
import HTTPExchange
import LinuxSystem
import MetricModel
import TestPeers
import Testing

/// A hub one of whose days is damaged starts, serves the others exactly, names the file, and goes on.
@Suite struct DamagedDayTests {
    private static let day: Int64 = 86_400_000

    /// Four days in their final form, and what was sent for them.
    private struct Days: Sendable {
        let directory: String
        let messages: [ReceivedMessage]
        /// The names of the day files, oldest first.
        let names: [String]
        /// A time on the third of them.
        let concerned: Int64
        private let owner: ScratchDirectory

        init() async throws {
            let hub = try await RunningHub()
            owner = hub.directory
            let proxy = try RecordingProxy(before: hub)
            let noon = Clocks.unixMilliseconds() / DamagedDayTests.day * DamagedDayTests.day - DamagedDayTests.day / 2
            for number in 0..<4 {
                for metric in ["first", "second", "third"] {
                    let columns = PlainRequest.noise(
                        metric, seriesCount: 4, sampleCount: 100, from: noon - Int64(number) * DamagedDayTests.day,
                        stepMilliseconds: 45_000)
                    try await PlainRequest(columns).post(to: proxy.url)
                }
            }
            messages = proxy.acknowledged
            let sealed = await hub.seal()
            guard sealed.status == 200, hub.stop() == 0 else { throw PeerError(sealed.text) }
            directory = hub.storageDirectory
            names = try hub.storageNames.filter { $0.hasSuffix(".db") && $0.hasPrefix("2") }.sorted()
            concerned = noon - DamagedDayTests.day
            guard names.count >= 4 else { throw PeerError("\(names)") }
        }
    }

    /// Each in a hub of its own, all at once.
    @Test func oneDamagedDayNeverStopsTheOthers() async throws {
        let days = try await Days()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for damage in DayDamage.allCases {
                group.addTask { try await check(damage, days) }
            }
            try await group.waitForAll()
        }
    }

    private func check(_ damage: DayDamage, _ days: Days) async throws {
        let hub = try RunningHub(prepared: ())
        let copied = try Programs.run("cp", ["-r", days.directory, hub.storageDirectory])
        #expect(copied.exitCode == 0, "\(copied.output)")
        let name = days.names[2]
        try damage.apply(to: hub.storageDirectory + "/" + name)
        let series = try expectVerdict(of: hub, damage, name)

        try await hub.start()
        let acknowledged = try AcknowledgedSamples(days.messages)
        try await expectOthers(of: hub, acknowledged, damage, days, series)
        let counter =
            damage.isOfTheWholeDay ? "wayside_store_damaged_files_total" : "wayside_store_damaged_chunks_total"
        #expect((try await hub.metric(counter) ?? 0) >= 1, "\(damage.rawValue)")

        // It goes on taking samples, of that day too, and writes them where they belong.
        let late = PlainRequest.noise(
            "late", seriesCount: 2, sampleCount: 20, from: days.concerned, stepMilliseconds: 1000)
        let now = PlainRequest.noise(
            "now", seriesCount: 2, sampleCount: 20, from: Clocks.unixMilliseconds() - 60_000, stepMilliseconds: 1000)
        let proxy = try RecordingProxy(before: hub)
        for columns in [late, now] { try await PlainRequest(columns).post(to: proxy.url) }
        let sealed = await hub.seal()
        #expect(sealed.status == (damage.isOfTheWholeDay ? 200 : 500), "\(damage.rawValue): \(sealed.text)")
        let names = try hub.storageNames
        #expect(names.contains(name) && names.contains(name + ".damaged-1") == damage.isPutAside, "\(names)")
        #expect(try await hub.metric("wayside_store_set_aside_files_total") == (damage.isPutAside ? 1 : 0))
        try await expectOthers(of: hub, acknowledged, damage, days, series)
        let added = try await AcknowledgedSamples(proxy.acknowledged).faults(inAnswersOf: hub.query, over: "5d")
        #expect(added.isEmpty, "\(damage.rawValue): \(added.prefix(3))")

        try await Web.shared.wait(for: "a log line that names \(name): \(damage.rawValue)") {
            hub.log.split(separator: "\n").contains { line in
                line.contains("damaged storage")
                    && line.contains(damage.isPutAside ? "kept as \(name).damaged-1" : name)
            }
        }
        #expect(hub.stop() == 0)
        // What was put aside is out of the way of everything.
        let after = try hub.store("verify")
        #expect(after.exitCode == (damage.isOfTheWholeDay ? 0 : 1), "\(damage.rawValue): \(after.output)")
    }

    /// `store verify` names that file and no other, and where single series are concerned those; answers them.
    private func expectVerdict(of hub: RunningHub, _ damage: DayDamage, _ name: String) throws -> [String] {
        let verified = try hub.store("verify")
        let lines = verified.output.split(separator: "\n")
        #expect(verified.exitCode == 1 && lines.count >= 2, "\(damage.rawValue): \(verified.output)")
        #expect(lines.last?.hasSuffix("DAMAGED") == true)
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix(name + ": ") }, "\(damage.rawValue): \(verified.output)")
        return lines.dropLast().compactMap { line in
            line.lastIndex(of: "}").map { String(line[...$0].dropFirst(name.count + 2)) }
        }
    }

    /// All samples of the other days are there, and of the damaged one those of the series that are not named.
    private func expectOthers(
        of hub: RunningHub, _ acknowledged: AcknowledgedSamples, _ damage: DayDamage, _ days: Days, _ series: [String]
    ) async throws {
        #expect(series.isEmpty == damage.isOfTheWholeDay, "\(damage.rawValue): \(series)")
        let wanted = acknowledged.filter { labels, time in
            let isConcerned = time / Self.day == days.concerned / Self.day
            return !isConcerned || !damage.isOfTheWholeDay && !series.contains("\(labels)")
        }
        #expect(wanted.sampleCount >= 3 * 1200 && wanted.sampleCount < acknowledged.sampleCount)
        let faults = try await wanted.faults(inAnswersOf: hub.query, over: "5d")
        #expect(faults.isEmpty, "\(damage.rawValue): \(faults.count) faults, \(faults.sorted().prefix(3))")
    }

    /// A few single bits of a real file, each found by the command.
    @Test func anyFlippedBitOfADayEndsTheCommandWithOneAndNamesTheFile() async throws {
        let days = try await Days()
        let path = days.directory + "/" + days.names[1]
        let whole = try Files.read(path, byteLimit: 64 << 20)
        #expect(try Programs.run(Programs.hub, ["store", "verify", days.directory]).exitCode == 0)
        var state: UInt64 = 20_261_127
        for _ in 0..<12 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let position = Int(state >> 33) % (whole.count * 8)
            var bytes = whole
            bytes[position / 8] ^= 1 << UInt8(position % 8)
            try Files.replace(path, with: bytes)
            let verified = try Programs.run(Programs.hub, ["store", "verify", days.directory])
            #expect(
                verified.exitCode == 1 && verified.output.hasPrefix(days.names[1] + ": "),
                "seed 20261127, bit \(position): \(verified.output)")
        }
    }
}
