import LabelMatching
import PrometheusAPI
import Synchronization
import Testing

/// The answers of `/api/v1/admin/tsdb/`, which are those of Prometheus 2.42 where it does not say otherwise.
@Suite struct AdministrationAPITests {
    private typealias Case = PrometheusAPITests.Case

    /// What the source of series was told.
    private final class Orders: Sendable {
        let deletions = Mutex<[String]>([])
        let cleanings = Mutex(0)
    }

    private func ask(
        _ path: String, _ parameters: [(String, String)], _ orders: Orders, failure: SourceError? = nil
    ) -> APIAnswer? {
        let api = AdministrationAPI(
            delete: { deletion in
                if let failure { return failure }
                orders.deletions.withLock { $0.append("\(deletion.matcherSets) \(deletion.from) \(deletion.through)") }
                return nil
            },
            clean: {
                if let failure { return failure }
                orders.cleanings.withLock { $0 += 1 }
                return nil
            })
        return api.answer(path: path, parameters: parameters)
    }

    private static let refused = [
        Case("delete_series", [:], 400, PrometheusAPITests.failure("bad_data", "no match[] parameter provided")),
        Case(
            "delete_series", ["match[]": "{"], 400,
            PrometheusAPITests.failure(
                "bad_data", #"invalid parameter \"match[]\": 1:2: parse error: unexpected end of input inside braces"#)),
        Case(
            "delete_series", ["match[]": "up", "start": "abc"], 400,
            PrometheusAPITests.failure(
                "bad_data",
                #"invalid parameter \"start\": invalid time value for 'start': cannot parse \"abc\" to a valid timestamp"#
            )
        ),
        Case(
            "delete_series", ["match[]": "up", "end": "abc"], 400,
            PrometheusAPITests.failure(
                "bad_data",
                #"invalid parameter \"end\": invalid time value for 'end': cannot parse \"abc\" to a valid timestamp"#)),
        // Prometheus 2.42 takes these three for every series.
        Case(
            "delete_series", ["match[]": "{}"], 400,
            PrometheusAPITests.failure(
                "bad_data", #"invalid parameter \"match[]\": match[] must contain at least one non-empty matcher"#)),
        Case(
            "delete_series", ["match[]": #"{a=""}"#], 400,
            PrometheusAPITests.failure(
                "bad_data", #"invalid parameter \"match[]\": match[] must contain at least one non-empty matcher"#)),
        Case(
            "delete_series", ["match[]": "up", "match[]": #"{a=~".*"}"#], 400,
            PrometheusAPITests.failure(
                "bad_data", #"invalid parameter \"match[]\": match[] must contain at least one non-empty matcher"#)),
        // The first is not deleted where the second is wrong.
        Case(
            "delete_series", ["match[]": "up", "match[]": "{"], 400,
            PrometheusAPITests.failure(
                "bad_data", #"invalid parameter \"match[]\": 1:2: parse error: unexpected end of input inside braces"#)),
    ]

    @Test(arguments: refused.indices) func whatIsWrongIsRefusedBeforeAnythingIsDeleted(number: Int) throws {
        let wrong = Self.refused[number]
        let orders = Orders()
        let answer = try #require(ask(wrong.path, wrong.parameters, orders))
        #expect(answer.statusCode == wrong.status && String(decoding: answer.body, as: UTF8.self) == wrong.body)
        #expect(orders.deletions.withLock { $0 } == [])
    }

    @Test func anOrderHasItsSelectorsAndTimes() throws {
        let orders = Orders()
        let (earliest, latest) = (-(Int64.max / 4), Int64.max / 4)
        for (parameters, expected) in [
            ([("match[]", "up")], "[[__name__=\"up\"]] \(earliest) \(latest)"),
            (
                [("match[]", #"up{a!="b"}"#), ("match[]", #"{c=~"d.*"}"#), ("start", "20"), ("end", "10.5")],
                #"[[a!="b", __name__="up"], [c=~"d.*"]] 20000 10500"#
            ),
            (
                [("match[]", "up"), ("start", "1970-01-01T00:00:01Z"), ("end", "")],
                "[[__name__=\"up\"]] 1000 \(latest)"
            ),
        ] {
            let answer = try #require(ask("delete_series", parameters, orders))
            #expect(answer.statusCode == 204 && answer.body.isEmpty)
            #expect(orders.deletions.withLock { $0.removeFirst() } == expected)
        }
        let answer = try #require(ask("clean_tombstones", [], orders))
        #expect(answer.statusCode == 204 && answer.body.isEmpty && orders.cleanings.withLock { $0 } == 1)
        #expect(ask("snapshot", [], orders) == nil)
    }

    @Test func eachBoundIsNamed() throws {
        let orders = Orders()
        let many = Array(repeating: ("match[]", "up"), count: SeriesDeletion.setLimit)
        #expect(ask("delete_series", many, orders)?.statusCode == 204)
        let tooMany = try #require(ask("delete_series", many + [("match[]", "up")], orders))
        #expect(tooMany.statusCode == 400)
        #expect(String(decoding: tooMany.body, as: UTF8.self).contains("65 match[] parameters; at most 64 at once"))
        let selector = { (count: Int) in
            [("match[]", "{" + (0..<count).map { "a\($0)=\"b\"" }.joined(separator: ",") + "}")]
        }
        #expect(ask("delete_series", selector(SeriesDeletion.matcherLimit), orders)?.statusCode == 204)
        let tooLong = try #require(ask("delete_series", selector(65), orders))
        #expect(tooLong.statusCode == 400)
        #expect(String(decoding: tooLong.body, as: UTF8.self).contains("65 matchers; at most 64 in one selector"))
    }

    @Test(arguments: ["delete_series", "clean_tombstones"]) func whatTheStoreSaysIsPassedOn(path: String) throws {
        let answer = try #require(ask(path, [("match[]", "up")], Orders(), failure: .storage("no room in x.db")))
        #expect(answer.statusCode == 500)
        #expect(
            String(decoding: answer.body, as: UTF8.self) == PrometheusAPITests.failure("internal", "no room in x.db"))
    }

    @Test func aDisabledEndpointSaysSo() {
        let answer = AdministrationAPI.disabledAnswer
        #expect(answer.statusCode == 500)
        #expect(
            String(decoding: answer.body, as: UTF8.self)
                == PrometheusAPITests.failure("unavailable", "admin APIs disabled"))
    }
}
