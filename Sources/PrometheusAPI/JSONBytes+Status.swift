internal import MetricModel

extension JSONBytes {
    mutating func metadata(_ entry: MetadataEntry) {
        raw("{\"type\":")
        string(entry.type.name)
        raw(",\"unit\":")
        string(entry.unit)
        raw(",\"help\":")
        string(entry.help)
        raw("}")
    }

    mutating func buildInformation(_ build: BuildInformation) {
        texts([
            ("version", build.version), ("revision", build.revision), ("branch", build.branch),
            ("buildUser", build.buildUser), ("buildDate", build.buildDate), ("goVersion", build.compilerVersion),
        ])
    }

    /// An object whose members are all text.
    mutating func texts(_ members: [(name: String, value: String)]) {
        raw("{")
        for (index, member) in members.enumerated() {
            if index > 0 { raw(",") }
            string(member.name)
            raw(":")
            string(member.value)
        }
        raw("}")
    }
}
