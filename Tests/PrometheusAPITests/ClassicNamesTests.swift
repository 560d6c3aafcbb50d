import MetricModel
import PrometheusAPI
import QueryFixtures
import Testing

/// What `/federate` makes of names for a scraper that knows letters, digits and `_` only.
@Suite struct ClassicNamesTests {
    private func page(_ series: [(labels: Labels, time: Int64, value: Double)]) -> String {
        var source = MemorySource()
        for one in series { source.append(one.labels, [(one.time, one.value)]) }
        let api = PrometheusAPI(source: source, build: BuildInformation(version: "3.0.0"))
        let answer = api.federate(
            parameters: [("match[]", #"{__name__=~".+"}"#)], allowsUTF8: false, nowUnixMilliseconds: 10)
        return String(decoding: answer.body, as: UTF8.self)
    }

    @Test(
        arguments: [
            (["__name__": "http.requests", "my.label": "a.b"], #"http_requests{my_label="a.b",instance=""}"#),
            (["__name__": "größe:9", "instance": "ü"], #"gr__e:9{instance="ü"}"#),
            (["__name__": "温度", "host name": "1"], #"__{host_name="1",instance=""}"#),
            (["__name__": "9a", "0b": "1", "c:d": "2"], #"_a{_b="1",c_d="2",instance=""}"#),
            (["__name__": "up:x_1", "job": "node"], #"up:x_1{job="node",instance=""}"#),
            // Two labels of one name would be refused with all of the page.
            (["__name__": "a", "b.c": "1", "b_c": "2", "b-c": "3"], #"a{b_c="2",b_c_="3",b_c__="1",instance=""}"#),
        ] as [(Labels, String)])
    func haveUnderscoresForOthers(labels: Labels, text: String) {
        let name = text.prefix { $0 != "{" }
        #expect(page([(labels, 7, 1)]) == "# TYPE \(name) untyped\n\(text) 1 7\n")
    }

    @Test func ofSeriesThatComeToTheSameTheNewerStays() {
        let text = page([
            (["__name__": "a.b", "c": "1"], 5, 1), (["__name__": "a_b", "c": "1"], 7, 2), (["__name__": "aa"], 7, 3),
            (["__name__": "a-b", "c": "2"], 6, 4),
        ])
        #expect(
            text == """
                # TYPE a_b untyped
                a_b{c="1",instance=""} 2 7
                a_b{c="2",instance=""} 4 6
                # TYPE aa untyped
                aa{instance=""} 3 7

                """)
    }
}
