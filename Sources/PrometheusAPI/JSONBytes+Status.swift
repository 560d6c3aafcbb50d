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
        let fields = [
            ("version", build.version), ("revision", build.revision), ("branch", build.branch),
            ("buildUser", build.buildUser), ("buildDate", build.buildDate), ("goVersion", build.compilerVersion),
        ]
        raw("{")
        for (index, field) in fields.enumerated() {
            if index > 0 { raw(",") }
            string(field.0)
            raw(":")
            string(field.1)
        }
        raw("}")
    }
}
