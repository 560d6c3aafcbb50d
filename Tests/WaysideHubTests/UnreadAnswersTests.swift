import HTTPExchange
import LabelMatching
import MetricModel
import PrometheusAPI
import QueryFixtures
import Testing

@testable import WaysideHub

@Suite struct UnreadAnswersTests {
    /// 100 points in pieces of a few each: an answer that holds 1600 bytes at first.
    private static func answer() throws -> (first: [UInt8], rest: AnswerRest) {
        var source = MemorySource()
        source.append(["__name__": "a"], (0..<100).map { (Int64($0), 1) })
        let api = PrometheusAPI(source: source, build: BuildInformation(version: "3.0.0"), pieceByteLimit: 100)
        let answer = try #require(
            api.answer(path: "query", parameters: [("query", "a[1h]"), ("time", "1")], nowUnixMilliseconds: 0))
        return (answer.body, try #require(answer.rest))
    }

    private static func text(_ stream: HTTPBodyStream) async throws -> String {
        var bytes: [UInt8] = []
        while let piece = try await stream.next() { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func countWhatIsHeldUntilItIsRead() async throws {
        let answers = UnreadAnswers(byteLimit: 1 << 20)
        #expect(answers.counts == UnreadAnswers.Counts())
        let one = try Self.answer()
        var stream: HTTPBodyStream? = answers.body(one.first, one.rest)
        let held = answers.counts.heldByteCount
        #expect(answers.counts.answers == 1 && held > 1600 && held < 1640)
        let text = try await Self.text(try #require(stream))
        #expect(text.hasPrefix(#"{"status":"success","#) && text.hasSuffix(#"[0.099,"1"]]}]}}"#))
        #expect(answers.counts == UnreadAnswers.Counts(answers: 1, heldByteCount: 0, givenUp: 0))
        stream = nil
        #expect(answers.counts == UnreadAnswers.Counts())
        // Of one whose client has gone nothing stays either.
        let other = try Self.answer()
        stream = answers.body(other.first, other.rest)
        #expect(answers.counts.answers == 1)
        stream = nil
        #expect(answers.counts == UnreadAnswers.Counts())
    }

    /// Past the limit the one that was asked for longest ago goes; the others come whole.
    @Test func theSlowestReaderMakesWay() async throws {
        let answers = UnreadAnswers(byteLimit: 4000)
        var streams: [HTTPBodyStream] = []
        for _ in 0..<2 {
            let one = try Self.answer()
            streams.append(answers.body(one.first, one.rest))
        }
        #expect(try await streams[1].next() != nil)
        #expect(try await streams[0].next() != nil)
        let third = try Self.answer()
        streams.append(answers.body(third.first, third.rest))
        #expect(answers.counts.answers == 2 && answers.counts.givenUp == 1)
        #expect(answers.counts.heldByteCount <= 4000)
        await #expect(throws: AnswerRest.GivenUp.self) { try await streams[1].next() }
        #expect(try await Self.text(streams[0]).hasSuffix("]}}"))
        #expect(try await Self.text(streams[2]).hasSuffix("]}}"))
    }

    @Test func oneAloneMayHoldMore() async throws {
        let answers = UnreadAnswers(byteLimit: 10)
        let one = try Self.answer()
        let stream = answers.body(one.first, one.rest)
        #expect(answers.counts.givenUp == 0)
        #expect(try await Self.text(stream).hasSuffix("]}}"))
    }
}
