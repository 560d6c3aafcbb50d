import LinuxSystem
import MetricModel
import RemoteWrite
import RingLog
import Shipping
import SimulatedSystem
import Synchronization
import TestValues

@testable import Relay

/// A target's ring on a simulated disk, and requests for it.
final class RelayRig {
    let disk: SimulatedDisk
    let settings: RelayBufferSettings
    var buffer: RelayBuffer<SimulatedDisk>
    let heard = Heard()
    var now: Int64 = 1_000_000_000

    init(seed: UInt64 = 1, byteCount: Int = 2 << 20) throws {
        disk = SimulatedDisk(seed: seed)
        settings = RelayBufferSettings(byteCount: byteCount)
        buffer = try RelayRig.open(disk, settings, heard)
    }

    private static func open(
        _ disk: SimulatedDisk, _ settings: RelayBufferSettings, _ heard: Heard
    ) throws -> RelayBuffer<SimulatedDisk> {
        try RelayBuffer(
            disk: disk, settings: settings, machineID: RingID(high: 1, low: 2), newRingID: RingID(high: 3, low: 4),
            hear: { heard.add($0) })
    }

    /// What a new process finds.
    func reopen() throws { buffer = try RelayRig.open(disk, settings, heard) }

    /// Hands over requests as one group, and answers what became of them.
    func take(_ requests: [RelayedRequest]) -> [RelayOutcome] {
        let answers = Answers()
        for (index, request) in requests.enumerated() {
            buffer.submit(request) { answers.note($0, index) }
        }
        buffer.commitWaiting(now: now)
        return answers.all
    }

    func take(_ request: RelayedRequest) -> RelayOutcome { take([request])[0] }

    /// A request of 1.0 or 2.0 with one sample for each of `series` at `time`.
    static func request(
        _ time: Int64, series: [String] = ["up"], format: WireFormat = .writeRequest2, sender: String = "gw-7",
        origin: RelayedRequest.Origin? = nil, padding: Int = 0
    ) throws -> RelayedRequest {
        var columns = SampleColumns()
        for name in series {
            let pad = padding > 0 ? [Label("pad", RelayRig.noise(padding, UInt64(time)))] : []
            columns.beginRow(packedLabels: Labels([Label("__name__", name), Label("job", "node")] + pad).packed)
            columns.append(unixMilliseconds: time, value: Double(time))
        }
        var message: [UInt8] = []
        switch format {
        case .writeRequest1: WriteRequest1.encode(columns, into: &message)
        case .writeRequest2: WriteRequest2.encode(columns, metadata: .none, into: &message)
        }
        var body: [UInt8] = []
        try SnappyBlock.compress(message, into: &body)
        return RelayedRequest(
            format: format, contentType: format.contentType, sender: sender, origin: origin, via: "hub-a",
            receivedUnixMilliseconds: time, sampleCount: series.count, histogramCount: 0, exemplarCount: 0, body: body)
    }

    /// Text that does not compress.
    private static func noise(_ count: Int, _ seed: UInt64) -> String {
        var random = SeededRandom(seed: seed)
        return String(decoding: (0..<count).map { _ in UInt8.random(in: 97...122, using: &random) }, as: UTF8.self)
    }

    /// The samples of what goes out: names and times.
    static func samples(_ outgoing: RelayOutgoing) throws -> [String] {
        var message: [UInt8] = []
        try SnappyBlock.decompress(outgoing.body, byteLimit: 128 << 20, into: &message)
        var columns = SampleColumns()
        switch outgoing.format {
        case .writeRequest1: _ = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &columns)
        case .writeRequest2: _ = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
        }
        return columns.rows.flatMap { row in
            let name = columns.labels(of: row).first { $0.name == "__name__" }?.value ?? ""
            return row.samples.map { "\(name)@\(columns.unixMilliseconds[$0])" }
        }
    }
}

/// What became of requests, in their order.
private final class Answers: Sendable {
    private let outcomes = Mutex<[Int: RelayOutcome]>([:])
    func note(_ outcome: RelayOutcome, _ index: Int) { outcomes.withLock { $0[index] = outcome } }
    var all: [RelayOutcome] { outcomes.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value) }
}

/// What a ring's owner was told.
final class Heard: Sendable {
    private let notices = Mutex<[RelayNotice]>([])
    func add(_ notice: RelayNotice) { notices.withLock { $0.append(notice) } }
    var all: [RelayNotice] { notices.withLock { $0 } }
    var losses: [RelayLoss] {
        all.compactMap { if case .lost(let loss) = $0 { loss } else { nil } }
    }
}
