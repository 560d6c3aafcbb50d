import Exposition
import MetricModel
import TestValues
import Testing

@Suite struct ExpositionParserTests {
    @Test func samplesOfText004() throws {
        let text = """
            # HELP a_total  Two\\n lines \\\\ "q"
            # TYPE a_total counter
            a_total{x="1", y = "\\"\\\\\\n" , } 1.5e3 1700000000123
            # a comment
            \t
              b\t-Inf
            b{z=""} nan
            c{} 0x1
            """.replacing("c{} 0x1", with: "c{} 12\r")
        let parsed = try ExpositionParser.parse(Array(text.utf8), format: .text004)
        #expect(parsed.families.map(\.name) == ["a_total"])
        #expect(parsed.family("a_total")?.help == "Two\n lines \\ \"q\"")
        #expect(
            parsed.samples.map(\.labels) == [
                ["__name__": "a_total", "x": "1", "y": "\"\\\n"], ["__name__": "b"], ["__name__": "b"],
                ["__name__": "c"],
            ])
        #expect(parsed.samples.map(\.unixMilliseconds) == [1_700_000_000_123, nil, nil, nil])
        #expect(parsed.samples.map(\.family) == [0, nil, nil, nil])
        #expect(parsed.samples[0].value == 1500 && parsed.samples[1].value == -.infinity)
        #expect(parsed.samples[2].value.isNaN && parsed.samples[3].value == 12)
    }

    @Test func samplesOfOpenMetrics() throws {
        let text = """
            # TYPE a counter
            # UNIT a seconds
            # HELP a Say \\"hi\\"
            a_total{x="1"} 1 1700000000.125 # {trace="x"} 0.5 1.5
            a_created 5
            # TYPE h histogram
            h_bucket{le="+Inf"} 3 # {} 1
            # EOF

            """
        let parsed = try ExpositionParser.parse(Array(text.utf8), format: .openMetrics)
        #expect(parsed.family("a")?.unit == "seconds" && parsed.family("a")?.help == "Say \"hi\"")
        #expect(parsed.samples.map(\.unixMilliseconds) == [1_700_000_000_125, nil, nil])
        #expect(parsed.samples.map(\.family) == [0, 0, 1])
    }

    @Test(
        arguments: [
            ("1a 2\n", 1, 1, .expected("a metric name")), ("ok 1\n\na\n", 3, 2, .expected("a number")),
            ("a{x=1} 2\n", 1, 5, .expected("a quoted value")), ("a{x=\"1} 2\n", 1, 10, .expected("a closing quote")),
            ("a{x=\"1\" y=\"2\"} 2\n", 1, 9, .expected(", or }")), ("a{9=\"1\"} 2\n", 1, 3, .expected("a label name")),
            ("a{x=\"1\",x=\"2\"} 2\n", 1, 10, .duplicateLabel("x")), ("a 0x10\n", 1, 3, .expected("a number")),
            ("a 1_0\n", 1, 3, .expected("a number")), ("a 1 x\n", 1, 5, .expected("a timestamp in milliseconds")),
            ("a 1 2 3\n", 1, 7, .expected("the line's end")), ("a{x\n", 1, 4, .expected("=")),
            ("a{x=\"\u{1}", 1, 7, .expected("a closing quote")), ("# TYPE 9 gauge\n", 1, 8, .expected("a metric name")),
            ("a{__name__=\"b\"} 2\n", 1, 11, .duplicateLabel("__name__")),
        ] as [(String, Int, Int, ExpositionError.Reason)])
    func errorsOfText004(_ text: String, _ line: Int, _ column: Int, _ reason: ExpositionError.Reason) {
        #expect(throws: ExpositionError(reason, line: line, column: column)) {
            try ExpositionParser.parse(Array(text.utf8), format: .text004)
        }
    }

    @Test(
        arguments: [
            ("a 1\n", 2, 1, .missingEnd), ("# EOF\na 1\n", 2, 1, .textAfterEnd),
            ("\n# EOF\n", 1, 1, .expected("a sample or a comment")),
            ("a 1 x\n# EOF\n", 1, 5, .expected("a number")),
            ("a 1 1e300\n# EOF\n", 1, 5, .expected("a timestamp in seconds")),
            ("", 1, 1, .missingEnd),
        ] as [(String, Int, Int, ExpositionError.Reason)])
    func errorsOfOpenMetrics(_ text: String, _ line: Int, _ column: Int, _ reason: ExpositionError.Reason) {
        #expect(throws: ExpositionError(reason, line: line, column: column)) {
            try ExpositionParser.parse(Array(text.utf8), format: .openMetrics)
        }
    }

    @Test func bytesThatAreNotText() {
        #expect(throws: ExpositionError(.notUTF8, line: 1, column: 6)) {
            try ExpositionParser.parse(Array("a{x=\"".utf8) + [0xff] + Array("\"} 1\n".utf8), format: .text004)
        }
    }

    @Test func limits() {
        func reason(_ text: String, _ change: (inout ExpositionParser.Limits) -> Void) -> ExpositionError.Reason? {
            var limits = ExpositionParser.Limits()
            change(&limits)
            do throws(ExpositionError) {
                _ = try ExpositionParser.parse(Array(text.utf8), format: .text004, limits: limits)
                return nil
            } catch { return error.reason }
        }
        let text = "a{x=\"1\",y=\"2\"} 1\nb 2\n"
        #expect(reason(text) { _ in } == nil)
        #expect(reason(text) { $0.byteCount = 20 } == .tooLong(limit: 20))
        #expect(reason(text) { $0.sampleCount = 1 } == .tooManySamples(limit: 1))
        #expect(reason(text) { $0.labelsPerSample = 1 } == .tooManyLabels(limit: 1))
        #expect(reason(text) { $0.lineByteCount = 15 } == .tooLong(limit: 15))
        #expect(reason(text) { $0.labelsPerSample = 2 } == nil)
    }

    /// No bytes make the parser trap, and its errors point into the text.
    @Test func anyBytes() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let alphabet = Array("ab_{}=\",\\n# \t\n\r01.eE+-NaIfEOFTYPEHLPUNI\u{ff}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            for format in ExpositionFormat.allCases {
                do throws(ExpositionError) {
                    _ = try ExpositionParser.parse(bytes, format: format)
                } catch {
                    #expect(error.line >= 1 && error.column >= 1 && error.column <= bytes.count + 1, "seed \(seed)")
                }
            }
        }
    }
}
