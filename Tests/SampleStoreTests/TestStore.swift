import Glibc
import LabelMatching
import LinuxSystem
import MetricModel
import Synchronization

@testable import SampleStore

/// A store in a temporary directory, with a clock that stands and a body format of its own: the "wire" here is the
/// rows as plain numbers, so that these tests need no remote write.
final class TestStore {
    static let base: Int64 = 1_795_203_000_000
    let directory: String
    let clock: Clock
    var settings: StoreSettings
    private(set) var store: SampleStore

    final class Clock: Sendable {
        private let time: Mutex<Int64>
        init(_ time: Int64) { self.time = Mutex(time) }
        var now: Int64 {
            get { time.withLock { $0 } }
            set { time.withLock { $0 = newValue } }
        }
    }

    struct Row: Hashable {
        var labels: Labels
        var samples: [(time: Int64, value: Double)]

        static func == (left: Row, right: Row) -> Bool { left.labels == right.labels }
        func hash(into hasher: inout Hasher) { hasher.combine(labels) }
    }

    init(
        settings: StoreSettings = TestStore.smallSettings, now: Int64 = TestStore.base
    ) throws {
        directory = "/tmp/wayside-store-\(String(Machine.randomWord(), radix: 16))"
        self.settings = settings
        clock = Clock(now)
        store = try Self.open(directory, settings, clock)
    }

    deinit {
        store.abandon()
        Self.removeTree(directory)
    }

    static var smallSettings: StoreSettings {
        var settings = StoreSettings()
        settings.logByteCount = 4 << 20
        settings.logSegmentByteCount = 1 << 20
        settings.sealIntervalMilliseconds = 1 << 40
        return settings
    }

    private static func open(_ directory: String, _ settings: StoreSettings, _ clock: Clock) throws -> SampleStore {
        try SampleStore(directory: directory, settings: settings, now: { clock.now }, decode: decode)
    }

    /// Ends the store without a word to the disk, as a SIGKILL would, and opens it again.
    func crash(_ change: (String) throws -> Void = { _ in }) throws {
        store.abandon()
        try change(directory)
        store = try Self.open(directory, settings, clock)
    }

    func request(
        _ rows: [Row], sender: String = "gw-1", identity: RequestIdentity? = nil
    ) -> (ReceivedRequest, SampleColumns) {
        let body = Self.encode(rows)
        let request = ReceivedRequest(
            contentType: "test", sender: sender, identity: identity, receivedUnixMilliseconds: clock.now, body: body)
        return (request, Self.columns(body))
    }

    @discardableResult
    func ingest(
        _ rows: [Row], sender: String = "gw-1", identity: RequestIdentity? = nil
    ) async throws -> IngestCounts {
        let (request, columns) = request(rows, sender: sender, identity: identity)
        return try await store.ingest(request, decoded: columns)
    }

    func select(
        _ matchers: [LabelMatcher] = [], from: Int64 = .min, through: Int64 = .max
    ) throws -> [Labels: [Int64: UInt64]] {
        var found: [Labels: [Int64: UInt64]] = [:]
        for column in try store.select(matchers, from: from, through: through, sampleLimit: .max) {
            precondition(found[column.labels] == nil, "a series came twice")
            precondition(zip(column.unixMilliseconds, column.unixMilliseconds.dropFirst()).allSatisfy { $0 < $1 })
            found[column.labels] = Dictionary(
                uniqueKeysWithValues: zip(column.unixMilliseconds, column.values.map(\.bitPattern)))
        }
        return found
    }

    // MARK: The body format

    static let decode: SampleStore.Decoder = { request in
        if request.body.first == 0xee { throw StoreError.closed }
        return columns(request.body)
    }

    static func encode(_ rows: [Row]) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ word: UInt64) { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        for row in rows {
            append(UInt64(row.labels.packed.count))
            bytes += row.labels.packed
            append(UInt64(row.samples.count))
            for sample in row.samples {
                append(UInt64(bitPattern: sample.time))
                append(sample.value.bitPattern)
            }
        }
        return bytes
    }

    static func columns(_ body: [UInt8]) -> SampleColumns {
        var columns = SampleColumns()
        var offset = 0
        func word() -> UInt64 {
            defer { offset += 8 }
            return body[offset..<(offset + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        while offset < body.count {
            let count = Int(word())
            columns.beginRow(packedLabels: body[offset..<(offset + count)])
            offset += count
            for _ in 0..<word() {
                let time = Int64(bitPattern: word())
                columns.append(unixMilliseconds: time, value: Double(bitPattern: word()))
            }
        }
        return columns
    }

    static func removeTree(_ path: String) {
        guard Files.isDirectory(path), let names = try? Files.list(path) else { return }
        // Cleaning up after a test; what cannot be removed stays in /tmp.
        for name in names {
            let inner = path + "/" + name
            if Files.isDirectory(inner) { removeTree(inner) } else { try? Files.remove(inner) }
        }
        rmdir(path)
    }
}
