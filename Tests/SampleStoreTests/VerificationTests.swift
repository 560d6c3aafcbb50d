import LinuxSystem
import MetricModel
import Testing

@testable import SampleStore

/// `store verify`: any flipped bit of a database is found, and a query believes none.
@Suite struct VerificationTests {
    private static let name = "2026-11-20.db"

    /// A store with a day in the form that `isFinal` says, its samples, and the file's bytes.
    private func day(
        isFinal: Bool, of rows: [TestStore.Row] = FinalFormTests.rows()
    ) async throws -> (TestStore, [Labels: [Int64: UInt64]], [UInt8]) {
        let test = try FinalFormTests.dayThatIsOver {
            $0.pageByteCount = 4096
            $0.logByteCount = 1 << 20
            $0.logSegmentByteCount = 256 << 10
        }
        try await test.ingest(rows)
        if isFinal { try test.store.sealFinally() } else { try test.store.seal() }
        let all = try test.select()
        let whole = try StoreVerification.check(test.directory)
        #expect(whole.damages.isEmpty && whole.samples == all.values.reduce(0) { $0 + $1.count } && whole.files == 2)
        test.store.close()
        return (test, all, try Files.read(test.directory + "/" + Self.name, byteLimit: 64 << 20))
    }

    /// A seeded sweep: a bit of each byte of the file's header, and bits all over the file, which is small: every page is
    /// hit several times.
    @Test(arguments: [true, false])
    func everyFlippedBitIsFoundAndNoneBelieved(isFinal: Bool) async throws {
        let (test, all, whole) = try await day(isFinal: isFinal, of: FinalFormTests.rows(14, 60))
        let path = test.directory + "/" + Self.name
        var state: UInt64 = 20_261_120
        var positions = (0..<100).map { $0 * 8 + $0 % 8 }
        for _ in 0..<200 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            positions.append(Int(state >> 33) % (whole.count * 8))
        }
        for (round, position) in positions.enumerated() {
            var bytes = whole
            bytes[position / 8] ^= 1 << UInt8(position % 8)
            try Files.replace(path, with: bytes)
            let found = try StoreVerification.check(test.directory)
            #expect(found.damages.contains { $0.file == Self.name }, "seed 20261120, bit \(position)")
            // Opening a store is slow beside verifying, so queries are asked of every tenth.
            guard round % 10 == 0 else { continue }
            try test.crash { _ in try Files.replace(path, with: bytes) }
            for (labels, samples) in try test.select() {
                let isKnown = samples.allSatisfy { all[labels]?[$0.key] == $0.value }
                #expect(isKnown, "seed 20261120, bit \(position): \(labels)")
            }
            test.store.close()
        }
    }

    @Test func theSeriesThatADamagedPageCostsIsNamedAndTheOthersAreServed() async throws {
        let (test, all, whole) = try await day(isFinal: true)
        let path = test.directory + "/" + Self.name
        var named: Set<String> = []
        for page in 1..<(whole.count / 1024) {
            var bytes = whole
            bytes[page * 1024 + 500] ^= 4
            try Files.replace(path, with: bytes)
            let damages = try StoreVerification.check(test.directory).damages
            #expect(damages.contains { $0.reason.contains("page \(page + 1) of") })
            let series = damages.compactMap(\.series)
            guard !series.isEmpty, !named.isSuperset(of: series) else { continue }
            named.formUnion(series)
            #expect(damages.allSatisfy { $0.firstUnixMilliseconds != nil && $0.lastUnixMilliseconds != nil })
            try test.crash()
            let found = try test.select()
            #expect(Set(all.keys.map { "\($0)" }).subtracting(found.keys.map { "\($0)" }) == Set(series))
            #expect(test.store.statistics().damagedChunks == UInt64(series.count))
            test.store.close()
        }
        #expect(named.count > 5)
    }

    @Test func aShortenedOrForeignFileAndADamagedLogAreFound() async throws {
        let (test, _, whole) = try await day(isFinal: true)
        let path = test.directory + "/" + Self.name
        for bytes in [Array(whole.dropLast(1024)), Array(whole.dropLast(1)), [], whole + [0], [1, 2, 3]] {
            try Files.replace(path, with: bytes)
            #expect(try StoreVerification.check(test.directory).damages.contains { $0.file == Self.name })
        }
        try Files.replace(path, with: whole)
        #expect(try StoreVerification.check(test.directory).damages.isEmpty)
        let hub = test.directory + "/hub.db"
        var bytes = try Files.read(hub)
        bytes[bytes.count / 2] ^= 1
        try Files.replace(hub, with: bytes)
        #expect(try StoreVerification.check(test.directory).damages.map(\.file) == ["hub.db"])
    }

    /// The page that SQLite never writes, in a file of more than 1 GiB.
    @Test func thePageWithTheLocksHasNoChecksum() {
        for pageByteCount in [512, 1024, 4096, 65_536] {
            let number = Int64(1 << 30 / pageByteCount) + 1
            #expect((number - 1) * Int64(pageByteCount) == 0x4000_0000)
            #expect(PageChecksum.isLockPage(number, pageByteCount: pageByteCount))
            #expect(!PageChecksum.isLockPage(number - 1, pageByteCount: pageByteCount))
            #expect(!PageChecksum.isLockPage(number + 1, pageByteCount: pageByteCount))
        }
        #expect(!PageChecksum.isLockPage(1, pageByteCount: 65_536))
    }

    /// SQLite takes what is missing of a page for zeros; a checksum that ends in zeros must not be enough.
    @Test(arguments: [true, false])
    func aFileThatEndsInsideItsLastPageIsDamaged(isFinal: Bool) async throws {
        let (test, _, whole) = try await day(isFinal: isFinal)
        defer { withExtendedLifetime(test) {} }
        let path = test.directory + "/" + Self.name
        for count in [1, 3, 700, 1023] {
            try Files.replace(path, with: Array(whole.dropLast(count)))
            let damage = try StoreInspection.describe(test.directory, isThorough: true).days[0].damage
            #expect(damage != nil, "\(count) bytes cut off")
        }
    }
}
