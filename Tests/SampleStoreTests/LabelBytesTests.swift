import LabelMatching
import MetricModel
import Testing

@testable import SampleStore

/// Unicode calls "é" in one piece and in two equivalent, and so does Swift; labels are bytes, in memory and in files.
@Suite struct LabelBytesTests {
    private static let forms = ["caf\u{e9}", "cafe\u{301}"]

    private func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    @Test(arguments: [false, true])
    func equivalentNamesAndValuesAreTwo(isSealed: Bool) async throws {
        let test = try FinalFormTests.dayThatIsOver()
        let byName = Self.forms.map { Labels([Label("__name__", "named"), Label($0, "a")]) }
        let byValue = Self.forms.map { Labels([Label("__name__", "valued"), Label("v", $0)]) }
        try await test.ingest((byName + byValue).map { .init(labels: $0, samples: [(TestStore.base, 1)]) })
        if isSealed { try test.store.seal() }
        let descending = bytes(Self.forms.reversed())
        for sets in [[], [[try LabelMatcher("__name__", .matches, ".+")]]] {
            let names = try test.store.labelNames(matching: sets, from: .min, through: .max, limit: 9)
            #expect(bytes(names) == bytes(["__name__"]) + descending + bytes(["v"]))
            let values = try test.store.labelValues(of: "v", matching: sets, from: .min, through: .max, limit: 9)
            #expect(bytes(values) == descending)
        }
        for (form, labels) in zip(Self.forms, byName) {
            #expect(try Array(test.select([LabelMatcher(form, .equal, "a")]).keys) == [labels])
            #expect(try Array(test.select([LabelMatcher(form, .matches, "a|b")]).keys) == [labels])
        }
        for (form, labels) in zip(Self.forms, byValue) {
            #expect(try Array(test.select([LabelMatcher("v", .equal, form)]).keys) == [labels])
        }
    }

    @Test func labelsTellThemApart() {
        let both = Labels([Label(Self.forms[0], "a"), Label(Self.forms[1], "b")])
        #expect(Array(both).count == 2)
        #expect(both[Self.forms[0]] == "a" && both[Self.forms[1]] == "b")
        let (one, other) = (Labels([Label("v", Self.forms[0])]), Labels([Label("v", Self.forms[1])]))
        #expect(one != other && other < one && !(one < other))
        #expect(Label("v", Self.forms[0]) != Label("v", Self.forms[1]))
        #expect(LabelMatcher("v", equals: Self.forms[0]) != LabelMatcher("v", equals: Self.forms[1]))
    }

    /// Who has proven a name in one form is not who has proven it in the other.
    @Test func sendersAreToldApart() {
        var quotas = SeriesQuotas(settings: TestStore.smallSettings)
        #expect(quotas.number(ofSender: Self.forms[0]) != quotas.number(ofSender: Self.forms[1]))
        var ledger = RequestLedger(identitiesPerAgent: 4, agentLimit: 4)
        let identities = Self.forms.map {
            RequestIdentity(agent: $0, ringHigh: 1, ringLow: 2, first: 3, last: 4, crc: 5)
        }
        #expect(identities[0] != identities[1])
        ledger.remember(identities[0])
        #expect(ledger.verdict(identities[0]) == .repeated)
        #expect(ledger.verdict(identities[1]) == .new)
        ledger.remember(identities[1])
        #expect(ledger.unsaved().count == 2)
        ledger.markSaved(ledger.unsaved().filter { $0.identity == identities[0] })
        #expect(ledger.unsaved().map(\.identity) == [identities[1]])
    }

    /// The requests of one that has sent many do not push those of the other out of the file.
    @Test func savedRequestsOfSendersAreToldApart() throws {
        let test = try TestStore()
        defer { withExtendedLifetime(test) {} }
        test.store.close()
        let database = try HubDatabase(directory: test.directory)
        let entries = zip(Self.forms, [Int64(1), 100]).map { form, sequence in
            RequestLedger.Entry(
                sequence: sequence,
                identity: RequestIdentity(agent: form, ringHigh: 1, ringLow: 2, first: 3, last: 4, crc: 5))
        }
        try database.save(
            .init(ring: "r", record: 1), requests: entries, families: [], identitiesPerAgent: 2)
        let saved = try database.content().requests.map(\.identity)
        #expect(Set(saved) == Set(entries.map(\.identity)) && saved.count == 2)
    }

    /// What is known of a metric is asked for by its bytes, and comes in their order.
    @Test func metadataIsToldApart() async throws {
        let test = try TestStore()
        let (request, received) = test.request([.init(labels: ["__name__": "m"], samples: [(TestStore.base, 1)])])
        var columns = received
        columns.families = Self.forms.map { SampleColumns.Family(name: $0, type: .gauge, help: $0, unit: "") }
        _ = try await test.store.ingest(request, decoded: columns)
        #expect(bytes(test.store.metadata().map(\.help)) == bytes(Self.forms.reversed()))
        for form in Self.forms {
            #expect(bytes(test.store.metadata(name: form).map(\.help)) == bytes([form]))
        }
    }
}
