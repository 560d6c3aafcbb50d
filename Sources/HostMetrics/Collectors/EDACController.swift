internal import LinuxSystem
internal import MetricModel

/// A memory controller with its rows and channels, which are there from the driver's start on.
///
/// The labels of the memory modules are written by a program of the user's, which may come later; the series are made
/// anew then.
final class EDACController {
    private struct Channel {
        let row: String
        let number: String
        let directory: String
    }

    private let families: EDACFamilies
    private let number: String
    private let directory: String
    private let rows: [String]
    private let channels: [Channel]
    private let moduleLabels: AttributeTexts
    private var numbers: [NumberFile] = []

    init(_ families: EDACFamilies, number: String, _ directory: String) {
        self.families = families
        self.number = number
        self.directory = directory
        rows = Self.names(in: directory).filter { EdacCollector.number($0, after: "csrow") != nil }
        channels = rows.flatMap { row in
            Self.names(in: "\(directory)/\(row)").compactMap { name in
                guard name.hasSuffix("_ce_count"), let channel = EdacCollector.number(name, after: "ch") else {
                    return nil
                }
                return Channel(row: row, number: channel, directory: "\(directory)/\(row)")
            }
        }
        moduleLabels = AttributeTexts(channels.map { "\($0.directory)/ch\($0.number)_dimm_label" })
    }

    var series: Set<Series> { Set(numbers.compactMap(\.series)) }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        if moduleLabels.refresh(output) {
            output.forget(series)
            makeNumbers(&output)
        }
        try numbers.give(&output)
    }

    /// As node_exporter writes them: `mc#0csrow#1channel#0` is `mc0_csrow1_channel0`.
    static func moduleLabel(_ text: String) -> String {
        text.replacing("#", with: "").replacing("csrow", with: "_csrow").replacing("channel", with: "_channel")
    }

    private func makeNumbers(_ output: inout CollectorOutput) {
        numbers = [NumberFile](families.controllerKinds, in: directory, [number], &output)
        numbers += [NumberFile](families.unattributedKinds, in: directory, [number, "unknown"], &output)
        for row in rows {
            let labels = [number, String(row.dropFirst("csrow".count))]
            numbers += [NumberFile](families.rowKinds, in: "\(directory)/\(row)", labels, &output)
        }
        for (channel, label) in zip(channels, moduleLabels.texts) {
            let labels = [
                number, String(channel.row.dropFirst("csrow".count)), channel.number,
                label.map(Self.moduleLabel) ?? "unknown",
            ]
            numbers += [NumberFile](families.channelKinds(channel.number), in: channel.directory, labels, &output)
        }
    }

    private static func names(in directory: String) -> [String] {
        // A controller that is going away has no rows any more; it will not be listed next time.
        (try? Files.list(directory)) ?? []
    }
}
