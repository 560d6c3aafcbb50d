internal import LinuxSystem
internal import MetricModel

/// The series of one interface. Those that its alias labels begin anew when that changes.
final class NetdevDevice {
    private let name: String
    private let families: NetdevFamilies
    private let statisticsPath: String
    /// Nil where there is no label for it.
    private let alias: AttributeTexts?
    private var isMade = false
    private var columns: [Series?] = []
    private var files: [NumberFile] = []

    /// `path` is the interface's directory in /sys, of which nothing need be there: kernels before 4.6 have no
    /// `rx_nohandler`, and the /sys of another network has not this interface.
    init(_ name: String, _ families: NetdevFamilies, at path: String, hasAlias: Bool) {
        self.name = name
        self.families = families
        statisticsPath = path + "/statistics"
        alias = hasAlias ? AttributeTexts([path + "/ifalias"]) : nil
    }

    var series: [Series?] { columns + files.map(\.series) }

    /// Closes the files until they are read again.
    func close() {
        alias?.close()
        files.close()
    }

    func give(_ line: NetdevCollector.Line, _ output: inout CollectorOutput) throws(CollectorError) {
        if alias?.refresh(output) ?? false || !isMade { make(&output) }
        for (column, series) in columns.enumerated() where families.columns[column] != nil {
            output.append(series, Double(line.values[column]))
        }
        try files.give(&output)
    }

    private func make(_ output: inout CollectorOutput) {
        output.forget(Set(series.compactMap { $0 }))
        isMade = true
        let labels = alias.map { [name, $0.texts[0] ?? ""] } ?? [name]
        columns = families.columns.map { family in family.flatMap { output.series($0, labels) } }
        files = [NumberFile](families.kinds, in: statisticsPath, labels, &output)
    }
}
