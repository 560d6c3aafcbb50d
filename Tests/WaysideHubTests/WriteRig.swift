import HTTPExchange
import LabelMatching
import LinuxSystem
import Logging
import MetricModel
import RemoteWrite
import SampleStore
import SettingsFile
import TestPeers

@testable import WaysideHub

/// A write endpoint over a real store, with a clock that stands.
final class WriteRig {
    struct Answer {
        let code: Int
        let text: String
        let headers: HTTPHeaders

        /// What the Written headers say: samples, histograms, exemplars; nil where one is missing.
        var written: [Int?] {
            ["Samples", "Histograms", "Exemplars"].map {
                headers["X-Prometheus-Remote-Write-\($0)-Written"].flatMap { Int($0) }
            }
        }
    }

    let now = Clocks.unixMilliseconds()
    let directory: ScratchDirectory
    private let settings: StoreSettings
    private(set) var store: SampleStore
    private(set) var endpoint: WriteEndpoint
    let counts = WriteCounts()

    init(_ change: (inout StoreSettings) -> Void = { _ in }) throws {
        directory = try ScratchDirectory()
        var settings = StoreSettings()
        settings.logByteCount = 8 << 20
        settings.logSegmentByteCount = 1 << 20
        change(&settings)
        self.settings = settings
        store = try Self.store(directory.path, settings)
        endpoint = try Self.endpoint(store, counts)
    }

    deinit { store.close() }

    /// Opens the store again, which reads its log.
    func reopen() throws {
        store.close()
        store = try Self.store(directory.path, settings)
        endpoint = try Self.endpoint(store, counts)
    }

    private static func store(_ path: String, _ settings: StoreSettings) throws -> SampleStore {
        try SampleStore(
            directory: path, settings: settings, now: { Clocks.unixMilliseconds() },
            decode: WriteEndpoint.decodeAgain)
    }

    private static func endpoint(_ store: SampleStore, _ counts: WriteCounts) throws -> WriteEndpoint {
        let settings = try SettingsDocument.read(bytes: [], name: "defaults", as: HubSettings.self).fleet
        return WriteEndpoint(
            store: store, relay: nil, counts: counts, identities: AgentIdentities([:], isBinding: false),
            refusedAgents: RefusedAgents(),
            fleet: FleetDesk(
                settings: settings, store: StoreSettings(), source: store,
                startUnixMilliseconds: Clocks.unixMilliseconds()),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func post1(_ message: [UInt8], agent: String? = nil) async throws -> Answer {
        try await post(message, contentType: "application/x-protobuf", agent: agent)
    }

    func post2(_ message: [UInt8]) async throws -> Answer {
        try await post(message, contentType: "application/x-protobuf;proto=io.prometheus.write.v2.Request")
    }

    /// Compresses the message, or with `raw` takes it for the body.
    func post(
        _ message: [UInt8], contentType: String?, encoding: String? = "snappy", raw: Bool = false,
        agent: String? = nil
    ) async throws -> Answer {
        var body = message
        if !raw { try SnappyBlock.compress(message, into: &body) }
        var headers = HTTPHeaders()
        if let contentType { headers.set("Content-Type", contentType) }
        if let encoding { headers.set("Content-Encoding", encoding) }
        if let agent { headers.set("Wayside-Agent", agent) }
        let answer = await endpoint.answer(
            HTTPRequest(
                method: .post, target: "/api/v1/write", headers: headers, body: body, remoteAddress: "192.0.2.1:5"))
        guard case .bytes(let bytes) = answer.body else {
            return Answer(code: answer.status.code, text: "", headers: answer.headers)
        }
        // Texts end in a line feed.
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined(separator: "\n")
        return Answer(code: answer.status.code, text: text, headers: answer.headers)
    }

    /// The samples of the series with this name: times and bits of values.
    func samples(_ name: String) throws -> [(Int64, UInt64)] {
        let matcher = LabelMatcher("__name__", equals: name)
        return try store.select([matcher], from: 0, through: .max / 2, sampleLimit: 1_000_000).flatMap { column in
            zip(column.unixMilliseconds, column.values).map { ($0, $1.bitPattern) }
        }
    }
}
