internal import Glibc
package import MetricModel

/// Types and help texts by family, from an exposition page.
package struct FamilyTexts {
    private var types: [Substring: MetricType] = [:]
    private var helps: [Substring: String] = [:]

    package init() {}

    package init(path: String) {
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

    package subscript(name: String) -> SampleColumns.Family {
        let type = types[name[...]] ?? (name.hasSuffix("_total") ? .counter : .gauge)
        return .init(name: name, type: type, help: helps[name[...]] ?? "", unit: "")
    }
}
