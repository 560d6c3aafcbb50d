import LabelMatching
import MetricModel
import PromQL
import PrometheusAPI
import QueryFixtures
import TestValues
import Testing

@Suite struct PrometheusAPITests {
    static let api: PrometheusAPI = {
        var source = MemorySource()
        source.append(["__name__": "up", "job": "node", "instance": "a"], [(0, 1), (15_000, 1), (30_000, 0.5)])
        source.append(
            ["__name__": "up", "job": "node", "instance": "b\"\n"], [(0, 1), (15_000, .nan), (30_000, -0.0)])
        source.append(["__name__": "big_total", "a.b": "x"], [(0, 1e21), (30_000, .infinity)])
        return PrometheusAPI(
            source: source, build: BuildInformation(version: "3.0.0"),
            metadata: { metric in
                let all: [ExactText: [MetadataEntry]] = [
                    "up": [MetadataEntry(type: .gauge, unit: "", help: "Whether \"it\" is up.")]
                ]
                return metric.map { name in all.filter { $0.key.text == name } } ?? all
            })
    }()

    struct Case: CustomTestStringConvertible {
        let path: String
        let parameters: [(String, String)]
        let status: Int
        let body: String
        var testDescription: String { "\(path) \(parameters)" }

        init(_ path: String, _ parameters: KeyValuePairs<String, String>, _ status: Int, _ body: String) {
            self.path = path
            self.parameters = parameters.map { ($0.key, $0.value) }
            self.status = status
            self.body = body
        }
    }

    static func failure(_ type: String, _ message: String) -> String {
        "{\"status\":\"error\",\"errorType\":\"\(type)\",\"error\":\"\(message)\"}"
    }

    static let queries = [
        Case(
            "query", ["query": "1+1", "time": "4"], 200,
            #"{"status":"success","data":{"resultType":"scalar","result":[4,"2"]}}"#),
        Case(
            "query", ["query": "up", "time": "30.5"], 200,
            #"{"status":"success","data":{"resultType":"vector","result":["#
                + #"{"metric":{"__name__":"up","instance":"a","job":"node"},"value":[30.500,"0.5"]},"#
                + #"{"metric":{"__name__":"up","instance":"b\"\n","job":"node"},"value":[30.500,"-0"]}]}}"#),
        Case(
            "query", ["query": "big_total", "time": "1970-01-01T00:00:00.007Z"], 200,
            #"{"status":"success","data":{"resultType":"vector","result":["#
                + #"{"metric":{"__name__":"big_total","a.b":"x"},"value":[0.007,"1e+21"]}]}}"#),
        Case(
            "query", ["query": "big_total[1m]", "time": "1970-01-01T01:00:30+01:00"], 200,
            #"{"status":"success","data":{"resultType":"matrix","result":["#
                + #"{"metric":{"__name__":"big_total","a.b":"x"},"values":[[0,"1e+21"],[30,"+Inf"]]}]}}"#),
        Case(
            "query", ["query": "\"a\\tb\""], 200,
            #"{"status":"success","data":{"resultType":"string","result":[99,"a\tb"]}}"#),
        Case(
            "query_range", ["query": "sum(up)", "start": "0", "end": "30", "step": "15s"], 200,
            #"{"status":"success","data":{"resultType":"matrix","result":["#
                + #"{"metric":{},"values":[[0,"2"],[15,"NaN"],[30,"0.5"]]}]}}"#),
        Case(
            "query_range", ["query": "up", "start": "0", "end": "0", "step": "1", "limit": "1"], 200,
            #"{"status":"success","data":{"resultType":"matrix","result":["#
                + #"{"metric":{"__name__":"up","instance":"a","job":"node"},"values":[[0,"1"]]}]},"#
                + #""warnings":["results truncated due to limit"]}"#),
        Case(
            "query", ["query": "rate(up[1m])", "time": "30"], 200,
            #"{"status":"success","data":{"resultType":"vector","result":["#
                + #"{"metric":{"instance":"a","job":"node"},"value":[30,"0.010416666666666666"]},"#
                + #"{"metric":{"instance":"b\"\n","job":"node"},"value":[30,"-0.020833333333333332"]}]},"#
                + #""infos":["PromQL info: metric might not be a counter, name does not end in "#
                + #"_total/_sum/_count/_bucket: \"up\" (1:6)"]}"#),
    ]

    static let failures = [
        Case(
            "query", ["query": "up +"], 400,
            failure("bad_data", #"invalid parameter \"query\": 1:5: parse error: unexpected end of input"#)),
        Case(
            "query", ["query": "nope(up)"], 400,
            failure(
                "bad_data",
                #"invalid parameter \"query\": 1:1: parse error: unknown function with name \"nope\""#)),
        Case(
            "query", ["query": "up * on(job) up"], 422,
            failure(
                "execution",
                #"found duplicate series for the match group {job=\"node\"} on the right hand-side of the operation: "#
                    + #"[{__name__=\"up\", instance=\"a\", job=\"node\"}, {__name__=\"up\", instance=\"b\\\"\\n\", "#
                    + #"job=\"node\"}];many-to-many matching not allowed: matching labels must be unique on one side"#)),
        Case(
            "query", ["query": "up", "time": "yesterday"], 400,
            failure(
                "bad_data",
                #"invalid parameter \"time\": invalid time value for 'time': cannot parse \"yesterday\" to a valid timestamp"#
            )),
        Case(
            "query_range", ["query": "up", "start": "", "end": "1", "step": "1"], 400,
            failure("bad_data", #"invalid parameter \"start\": cannot parse \"\" to a valid timestamp"#)),
        Case(
            "query_range", ["query": "up", "start": "2", "end": "1", "step": "1"], 400,
            failure("bad_data", #"invalid parameter \"end\": end timestamp must not be before start time"#)),
        Case(
            "query_range", ["query": "up", "start": "0", "end": "1", "step": "0"], 400,
            failure(
                "bad_data",
                #"invalid parameter \"step\": zero or negative query resolution step widths are not accepted. "#
                    + "Try a positive integer")),
        Case(
            "query_range", ["query": "up", "start": "0", "end": "11001", "step": "1"], 400,
            failure(
                "bad_data",
                "exceeded maximum resolution of 11,000 points per timeseries. "
                    + "Try decreasing the query resolution (?step=XX)")),
        Case(
            "query_range", ["query": "up[1m]", "start": "0", "end": "1", "step": "1"], 400,
            failure(
                "bad_data",
                #"invalid parameter \"query\": invalid expression type \"range vector\" for range query, "#
                    + "must be Scalar or instant Vector")),
        Case(
            "query", ["query": "up", "limit": "-1"], 400,
            failure("bad_data", #"invalid parameter \"limit\": limit must be non-negative"#)),
        Case("series", [:], 400, failure("bad_data", "no match[] parameter provided")),
        Case(
            "query_exemplars", [:], 400,
            failure("bad_data", "unknown position: parse error: no expression found in input")),
        Case(
            "query_exemplars", ["query": "up{"], 400,
            failure("bad_data", "1:4: parse error: unexpected end of input inside braces")),
        Case(
            "query_exemplars", ["query": "up{", "start": "2", "end": "1"], 400,
            failure("bad_data", "end timestamp must not be before start timestamp")),
        Case(
            "query_exemplars", ["query": "up{", "start": "x"], 400,
            failure(
                "bad_data",
                #"invalid parameter \"start\": invalid time value for 'start': cannot parse \"x\" to a valid timestamp"#
            )),
        Case("status/tsdb", ["limit": "0"], 400, failure("bad_data", "limit must be a positive number")),
        Case("status/tsdb", ["limit": "x"], 400, failure("bad_data", "limit must be a positive number")),
        Case("status/tsdb", ["limit": "10001"], 400, failure("bad_data", "limit must not exceed 10000")),
        Case(
            "labels", ["limit": "9223372036854775808"], 400,
            failure(
                "bad_data",
                #"invalid parameter \"limit\": strconv.Atoi: parsing \"9223372036854775808\": value out of range"#)),
        Case(
            "labels", ["limit": "1.5"], 400,
            failure("bad_data", #"invalid parameter \"limit\": strconv.Atoi: parsing \"1.5\": invalid syntax"#)),
        Case(
            "labels", ["match[]": "{a=\"\"}"], 400,
            failure("bad_data", "match[] must contain at least one non-empty matcher")),
    ]

    static let listings = [
        Case(
            "labels", ["limit": "9223372036854775807"], 200,
            #"{"status":"success","data":["__name__","a.b","instance","job"]}"#),
        Case("labels", [:], 200, #"{"status":"success","data":["__name__","a.b","instance","job"]}"#),
        Case(
            "labels", ["match[]": "up", "limit": "2"], 200,
            #"{"status":"success","data":["__name__","instance"],"warnings":["results truncated due to limit"]}"#),
        Case("label/job/values", [:], 200, #"{"status":"success","data":["node"]}"#),
        Case("label/U__a_2e_b/values", [:], 200, #"{"status":"success","data":["x"]}"#),
        Case(
            "label/__name__/values", ["match[]": "{__name__=~\".+\"}", "start": "31"], 200,
            #"{"status":"success","data":[]}"#),
        Case(
            "series", ["match[]": "up{instance=\"a\"}", "match[]": "big_total"], 200,
            #"{"status":"success","data":[{"__name__":"big_total","a.b":"x"},"#
                + #"{"__name__":"up","instance":"a","job":"node"}]}"#),
        Case(
            "metadata", ["metric": "up"], 200,
            #"{"status":"success","data":{"up":[{"type":"gauge","unit":"","help":"Whether \"it\" is up."}]}}"#),
        Case("metadata", ["metric": "down"], 200, #"{"status":"success","data":{}}"#),
        Case(
            "format_query", ["query": "sum by(a)(rate(x[5m]))>bool  1"], 200,
            #"{"status":"success","data":"sum by (a) (rate(x[5m])) > bool 1"}"#),
        Case(
            "parse_query", ["query": "-up{a!~\"b\"}"], 200,
            #"{"status":"success","data":{"type":"unaryExpr","op":"-","expr":{"type":"vectorSelector","name":"up","#
                + #""matchers":[{"type":"!~","name":"a","value":"b"},{"type":"=","name":"__name__","value":"up"}],"#
                + #""anchored":false,"smoothed":false,"offset":0,"offsetExpr":null,"timestamp":null,"#
                + #""startOrEnd":null}}}"#),
        Case(
            "parse_query", ["query": "a[(1h)/2:step()]"], 200,
            #"{"status":"success","data":{"type":"subquery","range":0,"rangeExpr":{"type":"durationExpr","op":"/","#
                + #""lhs":{"type":"durationExpr","op":"+","lhs":null,"rhs":{"type":"numberLiteral","val":"3600","#
                + #""duration":true},"wrapped":true},"rhs":{"type":"numberLiteral","val":"2","duration":false},"#
                + #""wrapped":false},"step":0,"stepExpr":{"type":"durationExpr","op":"step","lhs":null,"rhs":null,"#
                + #""wrapped":false},"offset":0,"offsetExpr":null,"timestamp":null,"startOrEnd":null,"expr":"#
                + #"{"type":"vectorSelector","name":"a","matchers":[{"type":"=","name":"__name__","value":"a"}],"#
                + #""anchored":false,"smoothed":false,"offset":0,"offsetExpr":null,"timestamp":null,"#
                + #""startOrEnd":null}}}"#),
        Case(
            "format_query",
            [
                "query":
                    "sum by (a) (rate(a_metric_with_a_name[5m])) / ignoring (b) sum(rate(another_metric_with_a_longer_name[5m]))"
            ],
            200,
            #"{"status":"success","data":"  sum by (a) (rate(a_metric_with_a_name[5m]))\n/ ignoring (b)\n  "#
                + #"sum(rate(another_metric_with_a_longer_name[5m]))"}"#),
        Case("rules", [:], 200, #"{"status":"success","data":{"groups":[]}}"#),
        Case("alerts", [:], 200, #"{"status":"success","data":{"alerts":[]}}"#),
        Case(
            "targets", [:], 200,
            #"{"status":"success","data":{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{}}}"#),
        Case("targets/metadata", [:], 200, #"{"status":"success","data":[]}"#),
        Case("scrape_pools", [:], 200, #"{"status":"success","data":{"scrapePools":[]}}"#),
        Case(
            "alertmanagers", [:], 200,
            #"{"status":"success","data":{"activeAlertmanagers":[],"droppedAlertmanagers":[]}}"#),
        Case("status/walreplay", [:], 200, #"{"status":"success","data":{"min":0,"max":0,"current":0}}"#),
        Case(
            "status/buildinfo", [:], 200,
            #"{"status":"success","data":{"version":"3.0.0","revision":"","branch":"","buildUser":"","buildDate":"","#
                + #""goVersion":""}}"#),
    ]

    @Test(arguments: queries + failures + listings)
    func answers(_ one: Case) throws {
        let answer = try #require(
            Self.api.answer(path: one.path, parameters: one.parameters, nowUnixMilliseconds: 99_000))
        #expect(answer.statusCode == one.status)
        #expect(String(decoding: answer.body, as: UTF8.self) == one.body)
    }

    @Test func tellsItsStatus() throws {
        var status = ServerStatus()
        status.flags = ["query.timeout": "2m", "a": "\""]
        status.configuration = "http:\n"
        status.runtime = {
            var runtime = RuntimeInformation()
            runtime.startTime = "2026-11-20T00:00:00.000Z"
            runtime.processorCount = 2
            return runtime
        }
        status.head = { limit in
            var head = HeadCardinality()
            (head.seriesCount, head.times) = (3, -1...5)
            head.seriesByMetricName = Array([("up", 2), ("b", 1)].prefix(limit))
            return head
        }
        let api = PrometheusAPI(source: MemorySource(), build: BuildInformation(version: "3.0.0"), status: status)
        func data(_ path: String, _ parameters: [(String, String)] = []) -> String {
            let answer = api.answer(path: path, parameters: parameters, nowUnixMilliseconds: 0)
            return answer.map { String(decoding: $0.body, as: UTF8.self) } ?? "none"
        }
        let success = #"{"status":"success","data":"#
        #expect(data("status/flags") == success + #"{"a":"\"","query.timeout":"2m"}}"#)
        #expect(data("status/config") == success + #"{"yaml":"http:\n"}}"#)
        #expect(
            data("status/runtimeinfo") == success
                + #"{"startTime":"2026-11-20T00:00:00.000Z","CWD":"","hostname":"","serverTime":"","lastConfigTime":"","#
                + #""storageRetention":"","reloadConfigSuccess":true,"corruptionCount":0,"GOMAXPROCS":2}}"#)
        #expect(
            data("status/tsdb", [("limit", "1")]) == success
                + #"{"headStats":{"numSeries":3,"numLabelPairs":0,"chunkCount":0,"minTime":-1,"maxTime":5},"#
                + #""seriesCountByMetricName":[{"name":"up","value":2}],"labelValueCountByLabelName":[],"#
                + #""memoryInBytesByLabelName":[],"seriesCountByLabelValuePair":[]}}"#)
        #expect(data("status/tsdb", [("limit", "10001")]).contains("limit must not exceed 10000"))
    }

    @Test func knowsNoOtherPaths() {
        for path in ["", "rules/test/test", "label/x", "label/x/values/y", "write", "query/", "status/x", "status"] {
            let answer = Self.api.answer(path: path, parameters: [], nowUnixMilliseconds: 0)
            #expect(answer?.statusCode == nil, "\(path)")
        }
    }

    @Test func federatesTheNewestOfEach() {
        var source = MemorySource()
        source.append(["__name__": "up", "job": "n\"\\\n"], [(0, 1), (250_000, 2)])
        source.append(["__name__": "a.b", "instance": "x"], [(260_000, 1e21)])
        source.append(["__name__": "up", "job": "gone"], [(250_000, 1), (260_000, StaleMarker.value)])
        source.append(["__name__": "up", "job": "old"], [(0, 1)])
        let api = PrometheusAPI(source: source, build: BuildInformation(version: "3.0.0"))
        func page(_ parameters: [(String, String)]) -> (Int, String) {
            let answer = api.federate(parameters: parameters, nowUnixMilliseconds: 310_000)
            return (answer.statusCode, String(decoding: answer.body, as: UTF8.self))
        }
        #expect(
            page([("match[]", "up"), ("match[]", #"{instance="x"}"#), ("match[]", #"up{job!=""}"#)])
                == (
                    200,
                    """
                    # TYPE "a.b" untyped
                    {"a.b",instance="x"} 1e+21 260000
                    # TYPE up untyped
                    up{job="n\\"\\\\\\n",instance=""} 2 250000

                    """
                ))
        #expect(page([]) == (400, "no match[] parameter provided\n"))
        // A selector may ask for everything here, but one without a matcher asks for nothing.
        let oldest = "# TYPE \"a.b\" untyped\n{\"a.b\",instance=\"x\"} 1e+21 260000\n"
        #expect(page([("match[]", #"{job=""}"#)]) == (200, oldest))
        #expect(page([("match[]", #"{__name__=~".*",job!~"n.*"}"#)]) == (200, oldest))
        #expect(page([("match[]", "{}")]) == (200, ""))
        #expect(page([("match[]", "{}"), ("match[]", #"{"a.b"}"#)]) == (200, oldest))
        #expect(page([("match[]", "up{")]).0 == 400)
    }

    /// "é" in one piece and in two are two names, each with its own header.
    @Test func equivalentNamesAreFederatedApart() {
        let forms = ["e\u{301}", "\u{e9}"]
        var source = MemorySource()
        for form in forms.reversed() { source.append(["__name__": form, "instance": "x"], [(260_000, 1)]) }
        let api = PrometheusAPI(source: source, build: BuildInformation(version: "3.0.0"))
        let answer = api.federate(parameters: [("match[]", #"{instance="x"}"#)], nowUnixMilliseconds: 310_000)
        let expected = forms.map { "# TYPE \"\($0)\" untyped\n{\"\($0)\",instance=\"x\"} 1 260000\n" }.joined()
        #expect(Array(answer.body) == Array(expected.utf8))
    }

    @Test func metadataOfEquivalentNamesIsTwo() throws {
        let forms = ["e\u{301}", "\u{e9}"]
        let api = PrometheusAPI(
            source: MemorySource(), build: BuildInformation(version: "3.0.0"),
            metadata: { _ in
                var all: [ExactText: [MetadataEntry]] = [:]
                for form in forms { all[ExactText(form)] = [MetadataEntry(type: .gauge, unit: "", help: form)] }
                return all
            })
        let answer = try #require(api.answer(path: "metadata", parameters: [], nowUnixMilliseconds: 0))
        let entries = forms.map { #""\#($0)":[{"type":"gauge","unit":"","help":"\#($0)"}]"# }.joined(separator: ",")
        #expect(Array(answer.body) == Array(#"{"status":"success","data":{\#(entries)}}"#.utf8))
    }

    @Test func stopsWhenToldTo() throws {
        func answer(_ parameters: [(String, String)]) throws -> APIAnswer {
            let answer = Self.api.answer(
                path: "query", parameters: parameters, nowUnixMilliseconds: 0,
                interruption: { timeout in { timeout == 1500 ? .timedOut : .cancelled } })
            return try #require(answer)
        }
        #expect(try answer([("query", "1"), ("timeout", "1.5")]).statusCode == 503)
        let gone = try answer([("query", "1")])
        #expect(gone.statusCode == 499)
        #expect(String(decoding: gone.body, as: UTF8.self).contains("query was canceled in expression evaluation"))
    }
}

@Suite struct ValueTextTests {
    /// The quick ways of writing values agree with the slow one.
    @Test func valuesAreWrittenAlike() throws {
        var random = SeededRandom(seed: 5)
        var values: [Double] = [
            0, -0.0, 1, -1, 0.1, 1e-4, 9.999e-5, 1e15, 1e15 - 0.5, 123456.789, 9_007_199_254_740_992, 1e22,
        ]
        for _ in 0..<3000 {
            let exponent = Double(Int.random(in: -8...24, using: &random))
            var scaled = Double.random(in: -10...10, using: &random)
            for _ in 0..<Int(exponent.magnitude) { scaled *= exponent < 0 ? 0.1 : 10 }
            values.append(scaled)
        }
        var source = MemorySource()
        source.append(["__name__": "v"], values.enumerated().map { (Int64($0.offset) * 1000, $0.element) })
        let api = PrometheusAPI(source: source, build: BuildInformation(version: "3.0.0"))
        let answer = try #require(
            api.answer(path: "query", parameters: [("query", "v[2h]"), ("time", "6000")], nowUnixMilliseconds: 0))
        let expected = values.enumerated().map { "[\($0.offset),\"\(GoNumber.api($0.element))\"]" }.joined(
            separator: ",")
        #expect(String(decoding: answer.body, as: UTF8.self).contains("\"values\":[\(expected)]"))
    }
}
