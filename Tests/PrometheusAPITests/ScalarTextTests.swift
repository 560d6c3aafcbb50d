import MetricModel
import PrometheusAPI
import QueryFixtures
import Testing

/// Numbers and texts that are a query's whole result: Prometheus writes them otherwise than samples, the number never with
/// an exponent and the time as short as it may be.
@Suite struct ScalarTextTests {
    private func result(_ query: String, at time: String) throws -> String {
        let api = PrometheusAPI(source: MemorySource(), build: BuildInformation(version: "3.0.0"))
        let answer = try #require(
            api.answer(path: "query", parameters: [("query", query), ("time", time)], nowUnixMilliseconds: 0))
        return String(decoding: answer.body, as: UTF8.self)
    }

    @Test(arguments: [
        ("1e21", "1000000000000000000000"), ("-1e22", "-10000000000000000000000"), ("1e-7", "0.0000001"),
        ("1.5e-9", "0.0000000015"), ("0.1+0.2", "0.30000000000000004"), ("0*-1", "-0"), ("-Inf", "-Inf"),
        ("NaN", "NaN"), ("123456789.25", "123456789.25"),
    ])
    func numbersHaveNoExponent(query: String, text: String) throws {
        let scalar = try result(query, at: "4")
        #expect(scalar == #"{"status":"success","data":{"resultType":"scalar","result":[4,"\#(text)"]}}"#)
    }

    @Test(arguments: [
        ("0.5", "0.5", "0.500"), ("-1.5", "-1.5", "-1.500"), ("1795793060.120", "1795793060.12", "1795793060.120"),
        ("7.001", "7.001", "7.001"), ("-0", "0", "0"), ("30", "30", "30"),
    ])
    func timesHaveNoZerosAtTheirEnd(time: String, text: String, ofSamples: String) throws {
        let scalar = try result("1", at: time)
        #expect(scalar == #"{"status":"success","data":{"resultType":"scalar","result":[\#(text),"1"]}}"#)
        let string = try result("'a'", at: time)
        #expect(string == #"{"status":"success","data":{"resultType":"string","result":[\#(text),"a"]}}"#)
        // Those of samples have three decimals or none.
        let vector = try result("vector(1)", at: time)
        #expect(vector.contains(#""value":[\#(ofSamples),"1"]"#))
    }
}
