import Glibc
import MetricModel
import Shipping

/// `node-1s.tsv` (see shared/data/README.md): scrapes of a real machine, one a second.
struct Recording {
    private(set) var times: [Int64] = []
    private(set) var labels: [Labels] = []
    /// For each series its values in the order of `times`, a NaN where it had no sample.
    private(set) var values: [[Double]] = []

    init(readingStandardInput: Void) {
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

/// Types and help texts by family, from an exposition page.
struct FamilyTexts {
    private var types: [Substring: MetricType] = [:]
    private var helps: [Substring: String] = [:]

    init() {}

    init(path: String) {
        guard let file = fopen(path, "r") else { return }
        var page: [UInt8] = []
        while case let byte = fgetc(file), byte >= 0 { page.append(UInt8(byte)) }
        fclose(file)
        for line in String(decoding: page, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count == 4, words[0] == "#" else { continue }
            if words[1] == "HELP" { helps[words[2]] = String(words[3]) }
            if words[1] == "TYPE" { types[words[2]] = MetricType.allCases.first { $0.name == words[3] } }
        }
    }

    subscript(name: String) -> SampleColumns.Family {
        let type = types[name[...]] ?? (name.hasSuffix("_total") ? .counter : .gauge)
        return .init(name: name, type: type, help: helps[name[...]] ?? "", unit: "")
    }
}
