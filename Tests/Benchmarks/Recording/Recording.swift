internal import Glibc
package import MetricModel

/// `node-1s.tsv` (see shared/data/README.md): scrapes of a real machine, one a second.
package struct Recording {
    package private(set) var times: [Int64] = []
    package private(set) var labels: [Labels] = []
    /// For each series its values in the order of `times`, a NaN where it had no sample.
    package private(set) var values: [[Double]] = []

    package init(readingStandardInput: Void) {
        while let line = readLine() {
            if times.isEmpty {
                times = line.split(separator: " ").compactMap { Int64($0) }
                continue
            }
            let halves = line.split(separator: "\t")
            guard halves.count == 2 else { continue }
            labels.append(Recording.labels(String(halves[0])))
            var last = Double.nan
            values.append(
                halves[1].split(separator: " ").map { text in
                    if text == "-" { return .nan }
                    if text != "=" { last = strtod(String(text), nil) }
                    return last
                })
        }
    }

    /// `name{a="b",…}` with the labels that an agent adds. The recording's values hold no escapes that matter here.
    private static func labels(_ text: String) -> Labels {
        var found = [Label("instance", "gw-7"), Label("job", "node")]
        guard let brace = text.firstIndex(of: "{") else { return Labels(found + [Label("__name__", text)]) }
        found.append(Label("__name__", String(text[..<brace])))
        var rest = text[text.index(after: brace)...].dropLast()
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].drop { $0 == "," }
            let value = rest[equals...].dropFirst(2).prefix { $0 != "\"" }
            found.append(Label(String(name), String(value)))
            rest = rest[value.endIndex...].dropFirst()
        }
        return Labels(found)
    }
}
