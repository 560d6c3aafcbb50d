import HostMetrics
import MetricModel
import Testing

/// A text of names and numbers whose names change: what is remembered of the text before must not be taken for it.
@Suite struct FieldTextTests {
    @Test func eachTextIsReadAsIfItWereTheFirst() throws {
        let tree = try TreeCopy("pi")
        let all: @Sendable (String) -> Bool = { _ in true }
        var sampler = tree.sampler(["vmstat"]) { $0.vmstatFields = NamePattern("", test: all) }
        let texts: [(text: String, values: [String: Double]?)] = [
            ("a 1\nb 2\n", ["a": 1, "b": 2]), ("a 30\nb -4\n", ["a": 30, "b": -4]), ("b 5\na 6\n", ["a": 6, "b": 5]),
            ("a 1\n", ["a": 1]), ("a 1\nb 2\nc 3\n", ["a": 1, "b": 2, "c": 3]),
            // A name that begins with the name that stood here.
            ("a1 7\nb 2\nc 3\n", ["a1": 7, "b": 2, "c": 3]), ("a1 7\nb 2\nc 3", ["a1": 7, "b": 2, "c": 3]),
            // Damaged ones, each behind one that was remembered.
            ("a17\nb 2\nc 3\n", nil), ("a1 7\nb 2\nc 3\n", ["a1": 7, "b": 2, "c": 3]), ("a1 7 8\nb 2\nc 3\n", nil),
            ("", [:]), ("a 1\n", ["a": 1]), ("\n", nil), ("", [:]), ("", [:]), ("a 2\n", ["a": 2]),
        ]
        for (text, values) in texts {
            try tree.write("/proc/vmstat", text)
            let run = HostRun(&sampler)
            let given = Dictionary(
                uniqueKeysWithValues: run.values.map { (String($0.key.dropFirst("node_vmstat_".count)), $0.value) })
            #expect(given == values ?? [:], "after \(text)")
            #expect(run.failures.isEmpty == (values != nil), "after \(text)")
            if let values { #expect(sampler.seriesCount == values.count, "after \(text)") }
        }
    }
}
