import RemoteWrite
import Testing

@testable import Relay

@Suite struct RelayLedgerTests {
    private func request(_ body: [UInt8], sender: String = "10.0.0.1", origin: RelayedRequest.Origin? = nil)
        -> RelayedRequest
    {
        RelayedRequest(
            format: .writeRequest1, contentType: "", sender: sender, origin: origin, via: "a",
            receivedUnixMilliseconds: 1, sampleCount: 1, histogramCount: 0, exemplarCount: 0, body: body)
    }

    @Test func equalBodiesAreOneRequestAndOthersAreNot() {
        var ledger = RelayLedger()
        ledger.remember(RelayLedger.Key(request([1, 2, 3])), of: "10.0.0.1")
        #expect(ledger.contains(RelayLedger.Key(request([1, 2, 3])), of: "10.0.0.1"))
        #expect(!ledger.contains(RelayLedger.Key(request([1, 2])), of: "10.0.0.1"))
        #expect(!ledger.contains(RelayLedger.Key(request([1, 2, 3])), of: "10.0.0.2"))
    }

    @Test func sendersAreToldByTheirBytes() throws {
        let forms = ["\u{e9}", "e\u{301}"]
        var ledger = RelayLedger()
        ledger.remember(RelayLedger.Key(request([1])), of: forms[0])
        #expect(!ledger.contains(RelayLedger.Key(request([1])), of: forms[1]))
        let records = try #require(
            RecordsHeader(ringHigh: 1, ringLow: 2, first: 3, last: 4, part: 1, partCount: 1, checksum: 9))
        let origins = forms.map { RelayedRequest.Origin(sender: $0, records: records) }
        #expect(origins[0] != origins[1])
        #expect(
            RelayLedger.Key(request([1], origin: origins[0])) != RelayLedger.Key(request([1], origin: origins[1])))
    }

    @Test func anAgentsRequestIsToldByItsRecordsWhateverItsBytesAre() throws {
        func origin(_ first: UInt64, checksum: UInt32 = 9) throws -> RelayedRequest.Origin {
            RelayedRequest.Origin(
                sender: "gw-7",
                records: try #require(
                    RecordsHeader(
                        ringHigh: 1, ringLow: 2, first: first, last: first + 4, part: 1, partCount: 1,
                        checksum: checksum)))
        }
        var ledger = RelayLedger()
        ledger.remember(RelayLedger.Key(request([1], origin: try origin(10))), of: "gw-7")
        #expect(ledger.contains(RelayLedger.Key(request([2], origin: try origin(10))), of: "gw-7"))
        #expect(!ledger.contains(RelayLedger.Key(request([1], origin: try origin(11))), of: "gw-7"))
        #expect(!ledger.contains(RelayLedger.Key(request([1], origin: try origin(10, checksum: 8))), of: "gw-7"))
    }

    @Test func ofASenderTheLastAreKeptAndOfSendersThoseHeardLast() {
        var ledger = RelayLedger(keysPerSender: 4, senderLimit: 32)
        let keys = (0..<6).map { RelayLedger.Key(request([UInt8($0)])) }
        for key in keys { ledger.remember(key, of: "a") }
        #expect(keys.map { ledger.contains($0, of: "a") } == [false, false, true, true, true, true])
        for number in 0..<32 { ledger.remember(keys[0], of: "s\(number)") }
        #expect(!ledger.contains(keys[5], of: "a"))
        #expect(ledger.contains(keys[0], of: "s31"))
    }
}
