import LabelMatching
import MetricModel
import QueryFixtures
import Synchronization
import TestValues
import Testing

@testable import PromQL
@testable import PrometheusAPI

@Suite struct AnswerPiecesTests {
    private static func api(pieceByteLimit: Int, source: MemorySource = MemorySource()) -> PrometheusAPI {
        PrometheusAPI(
            source: source, build: BuildInformation(version: "3.0.0"),
            metadata: { _ in
                Dictionary(
                    uniqueKeysWithValues: (0..<9).map {
                        (ExactText("m\($0)"), [MetadataEntry(type: .gauge, unit: "", help: "Number \($0).")])
                    })
            },
            exemplars: { _, _, _ in
                (0..<3).map { series in
                    ExemplarColumn(
                        series: ["__name__": "a", "s": "\(series)"],
                        exemplars: (0..<(series * 2)).map {
                            SampleColumns.Exemplar(
                                series: .empty, labels: ["trace_id": "\($0)"], unixMilliseconds: Int64($0), value: 0.5)
                        })
                }
            }, pieceByteLimit: pieceByteLimit)
    }

    private static func pieces(_ answer: APIAnswer) throws -> [[UInt8]] {
        var pieces = [answer.body]
        while let piece = try answer.rest?.nextPiece() { pieces.append(piece) }
        return pieces
    }

    private static func text(_ pieces: [[UInt8]]) -> String { String(decoding: pieces.joined(), as: UTF8.self) }

    private static let specialValues: [Double] = [
        .nan, .infinity, -.infinity, 0, -0.0, 1, 0.1, 1e21, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1e-7,
        123456.789,
    ]

    private static func labels(_ random: inout SeededRandom) -> Labels {
        let names = ["__name__", "a.b", "instance", "job"].filter { _ in Bool.random(using: &random) }
        let values = ["", "x", "\"\\\n", "日本", "\u{1}", String(repeating: "long", count: 30)]
        return Labels(names.map { Label($0, values.randomElement(using: &random) ?? "") })
    }

    private static func column(_ random: inout SeededRandom) -> SeriesColumn {
        let count = Bool.random(using: &random) ? Int.random(in: 0...3, using: &random) : 700
        let begin = Int64.random(in: -100_000...2_000_000_000_000, using: &random)
        return SeriesColumn(
            labels: labels(&random), unixMilliseconds: (0..<Int64(count)).map { begin + $0 * 333 },
            values: (0..<count).map { _ in value(&random) })
    }

    private static func value(_ random: inout SeededRandom) -> Double {
        let special = specialValues.randomElement(using: &random) ?? 0
        return Bool.random(using: &random) ? special : Double.random(in: -1e6...1e6, using: &random)
    }

    private static func value(_ random: inout SeededRandom, kind: Int) -> QueryValue {
        let count = Int.random(in: 0...6, using: &random)
        return switch kind {
        case 0: .scalar(unixMilliseconds: 1500, value(&random))
        case 1: .string(unixMilliseconds: -7, "a\"\n" + String(repeating: "b", count: count))
        case 2:
            .vector(
                unixMilliseconds: 60_007,
                (0..<(count * 40)).map { _ in VectorSample(labels: labels(&random), value: value(&random)) })
        default: .matrix((0..<count).map { _ in column(&random) })
        }
    }

    /// The longest that is not divided: the labels of a series with a point, or what stands around the list.
    private static let indivisible = 900 + JSONBytes.pointByteLimit

    /// Whatever the result and the pieces, they are the whole answer, and of the size that is asked for.
    @Test(arguments: [1, 100, 4096, 256 << 10])
    func areTheWholeAnswer(_ byteLimit: Int) throws {
        var random = SeededRandom(seed: 20_261_127)
        let api = Self.api(pieceByteLimit: byteLimit)
        for round in 0..<60 {
            let value = Self.value(&random, kind: round % 4)
            let warnings = Bool.random(using: &random) ? ["a \"warning\"", "another"] : []
            let infos = Bool.random(using: &random) ? ["an info"] : []
            let answer = api.answer(value, warnings: warnings, infos: infos)
            let pieces = try Self.pieces(answer)
            #expect(answer.statusCode == 200)
            #expect(Self.text(pieces) == WholeAnswer(value: value, warnings: warnings, infos: infos).text)
            #expect(pieces.dropLast().allSatisfy { $0.count >= byteLimit })
            #expect(pieces.allSatisfy { !$0.isEmpty && $0.count <= byteLimit + Self.indivisible })
        }
    }

    /// Each place between two points, two series and around them is once where a piece ends.
    @Test func mayEndAnywhere() throws {
        var random = SeededRandom(seed: 4)
        let columns = [3, 0, 1, 5].map { count in
            SeriesColumn(
                labels: Self.labels(&random), unixMilliseconds: (0..<Int64(count)).map { $0 * 15_000 },
                values: (0..<count).map { _ in Self.value(&random) })
        }
        let whole = WholeAnswer(value: .matrix(columns)).text
        var ends: Set<Int> = []
        for byteLimit in 1...(whole.utf8.count + 1) {
            let answer = Self.api(pieceByteLimit: byteLimit).answer(.matrix(columns), warnings: [], infos: [])
            let pieces = try Self.pieces(answer)
            #expect(Self.text(pieces) == whole)
            #expect((answer.rest == nil) == (pieces.count == 1))
            ends.formUnion(pieces.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) })
        }
        // 0, behind the opening, behind each of the nine points and the empty series, and behind all.
        #expect(ends.count == 13, "\(ends.sorted())")
    }

    /// Points are written many at a time, but not past the limit by more than one.
    @Test func endBehindOnePoint() throws {
        let column = SeriesColumn(
            labels: ["a": "b"], unixMilliseconds: (0..<11_000).map { $0 * 1000 },
            values: (0..<11_000).map { Double($0) / 7 })
        let pieces = try Self.pieces(
            Self.api(pieceByteLimit: 10_000).answer(.matrix([column]), warnings: [], infos: []))
        #expect(pieces.count > 20)
        for piece in pieces.dropLast() {
            #expect(piece.count >= 10_000 && piece.count < 10_000 + 30, "\(piece.count)")
        }
    }

    @Test func endpointsGiveTheSameInPieces() throws {
        var source = MemorySource()
        for series in 0..<20 {
            source.append(
                ["__name__": series < 10 ? "a" : "b", "s": "\(series)", "l\(series)": "x"],
                (0..<30).map { (Int64($0) * 1000, Double($0) / 3) })
        }
        let requests: [(String, [(String, String)])] = [
            ("query", [("query", "a[1m]"), ("time", "30")]), ("query", [("query", "b"), ("time", "30")]),
            ("query_range", [("query", "a"), ("start", "0"), ("end", "30"), ("step", "1"), ("limit", "7")]),
            ("query_exemplars", [("query", "a")]), ("labels", [("limit", "4")]), ("labels", []),
            ("label/s/values", []), ("series", [("match[]", "a"), ("match[]", "b")]), ("metadata", []),
        ]
        let (whole, small) = (
            Self.api(pieceByteLimit: .max, source: source), Self.api(pieceByteLimit: 1, source: source)
        )
        for (path, parameters) in requests {
            let wanted = try #require(whole.answer(path: path, parameters: parameters, nowUnixMilliseconds: 0))
            let answer = try #require(small.answer(path: path, parameters: parameters, nowUnixMilliseconds: 0))
            let pieces = try Self.pieces(answer)
            #expect(wanted.rest == nil && wanted.statusCode == 200 && answer.statusCode == 200)
            #expect(pieces.count > 3, "\(path) comes in pieces")
            #expect(Self.text(pieces) == Self.text([wanted.body]), "\(path)")
        }
        let federation = [("match[]", "{s!=\"\"}")]
        let page = try Self.pieces(small.federate(parameters: federation, nowUnixMilliseconds: 30_000))
        #expect(page.count == 20)
        #expect(
            Self.text(page) == Self.text([whole.federate(parameters: federation, nowUnixMilliseconds: 30_000).body]))
        #expect(Self.text(page).split(separator: "\n").count { $0.hasPrefix("# TYPE") } == 2)
    }

    // MARK: What is held

    private final class Tracked: Sendable {
        static let living = Mutex(0)
        init() { Self.living.withLock { $0 += 1 } }
        deinit { Self.living.withLock { $0 -= 1 } }
    }

    /// What has been written is let go, piece by piece, and all of it when nobody wants the rest.
    @Test func holdWhatIsNotWritten() throws {
        func made() -> ListText<Tracked> {
            ListText((0..<100).map { _ in Tracked() }, byteCount: { _ in 8 }) { text, _, _, _ in
                text.raw("0123456789")
                return nil
            }
        }
        let answer = APIAnswer(made(), pieceByteLimit: 100)
        var rest = try #require(answer.rest)
        for written in stride(from: 10, through: 90, by: 10) {
            #expect(Tracked.living.withLock { $0 } == 100 - written)
            #expect(rest.heldByteCount == (100 - written) * 8)
            #expect(try rest.nextPiece()?.count == 100)
        }
        #expect(rest.heldByteCount == 0 && Tracked.living.withLock { $0 } == 0)
        #expect(try rest.nextPiece() == nil)

        rest = try #require(APIAnswer(made(), pieceByteLimit: 100).rest)
        #expect(Tracked.living.withLock { $0 } == 90)
        rest.giveUp()
        #expect(rest.heldByteCount == 0 && Tracked.living.withLock { $0 } == 0)
        #expect(throws: AnswerRest.GivenUp.self) { try rest.nextPiece() }
    }

    @Test func smallAnswersAreOnePiece() throws {
        func answer(_ count: Int) -> APIAnswer {
            let column = SeriesColumn(
                labels: .empty, unixMilliseconds: Array(0..<Int64(count)), values: Array(repeating: 1, count: count))
            return Self.api(pieceByteLimit: PrometheusAPI.pieceByteLimit).answer(
                .matrix([column]), warnings: [], infos: [])
        }
        let small = answer(10_000)
        #expect(small.rest == nil && small.body.count < 256 << 10)
        let large = answer(30_000)
        #expect(large.rest != nil && large.body.count >= 256 << 10)
        #expect(large.rest?.heldByteCount == 480_000)
    }
}
