import TestValues
import Testing

@testable import HostMetrics

/// Messages out of a stream that comes in pieces.
@Suite struct BusInboxTests {
    /// Puts `bytes` into an inbox in pieces of at most `piece` bytes, and answers the serial numbers of the messages.
    private func serials(_ inbox: BusInbox, _ bytes: [UInt8], piece: Int) throws(BusError) -> [UInt32] {
        var serials: [UInt32] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = inbox.room()
            let some = rest.prefix(min(piece, room.count))
            room.copyBytes(from: some)
            inbox.received(some.count)
            rest = rest.dropFirst(some.count)
            while let message = try inbox.next() { serials.append(message.replySerial ?? 0) }
        }
        return serials
    }

    @Test(arguments: [1, 7, 64, 100_000])
    func piecesOfAnySize(_ piece: Int) throws {
        let inbox = BusInbox()
        let stream = (0..<40).flatMap { _ in BusGolden.signal + BusGolden.units + BusGolden.number32Big }
        #expect(try serials(inbox, stream, piece: piece) == (0..<40).flatMap { _ in [0, 7, 7] as [UInt32] })
        #expect(inbox.bytes.isEmpty)
        #expect(inbox.byteCount == 4096)
    }

    /// A message of the greatest length is taken, and no memory beyond it.
    @Test func theGreatestMessage() throws {
        let inbox = BusInbox()
        let fields = signatureField("ay") + answersSeven
        let empty = message(fields: fields).count
        let body = [UInt8](repeating: 0, count: BusLimits.messageByteCount - empty)
        let stream = BusGolden.number32 + message(fields: fields, body: body) + BusGolden.number32
        #expect(try serials(inbox, stream, piece: 5000) == [7, 7, 7])
        #expect(inbox.byteCount == BusLimits.messageByteCount)
        #expect(throws: BusError.tooLong(byteCount: BusLimits.messageByteCount + 8, limit: BusLimits.messageByteCount))
        {
            _ = try serials(BusInbox(), message(fields: fields, body: body + [0, 0, 0, 0, 0, 0, 0, 0]), piece: 5000)
        }
    }

    /// Signals may be longer than any answer that is taken: they go through, and cost no memory.
    @Test func longSignalsAreReadOver() throws {
        let inbox = BusInbox()
        let body = [UInt8](repeating: 0xff, count: BusLimits.messageByteCount)
        let long = message(kind: 4, fields: [], body: body)
        let longFields = message(kind: 4, fields: [UInt8](repeating: 0xff, count: BusLimits.headerByteCount + 1))
        let stream = BusGolden.text + long + BusGolden.text + longFields + long + BusGolden.text
        #expect(try serials(inbox, stream, piece: 60_000) == [7, 7, 7])
        #expect(inbox.byteCount <= 8192)
    }

    /// A length beyond what D-Bus allows is a damaged stream, not a message to wait for.
    @Test func noMessageIsLongerThanDBusAllows() {
        let long = message(kind: 4, fields: [], bodyCount: 129 << 20)
        #expect(throws: BusError.damaged(byteOffset: 4, expected: "a message of at most 128 MiB")) {
            _ = try serials(BusInbox(), long, piece: 100)
        }
    }

    @Test func anyStream() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<3_000 {
            let inbox = BusInbox()
            var stream = (0..<3).flatMap { _ in
                BusGolden.answers[Int.random(in: 0..<BusGolden.answers.count, using: &random)]
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                stream[Int.random(in: 0..<stream.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            do throws(BusError) {
                let found = try serials(inbox, stream, piece: Int.random(in: 1...200, using: &random))
                #expect(found.count <= 3, "seed \(seed)")
            } catch {}
            #expect(inbox.byteCount <= BusLimits.messageByteCount, "seed \(seed)")
        }
    }
}
