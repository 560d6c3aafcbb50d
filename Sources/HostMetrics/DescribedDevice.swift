internal import MetricModel

/// A device that a class of /sys describes by numbers, each a series of its own, and by texts, which are the labels of one.
final class DescribedDevice {
    private let info: InfoSeries
    private let numbers: [NumberFile]

    init(info: InfoSeries, numbers: [NumberFile]) {
        self.info = info
        self.numbers = numbers
    }

    /// A device of `path`, with its name as the first label of each series.
    convenience init(
        _ name: String, in path: String, info: MetricFamily, textFiles: [String], kinds: [NumberFile.Kind],
        _ output: inout CollectorOutput
    ) {
        let directory = "\(path)/\(name)"
        let texts = AttributeTexts(textFiles.map { "\(directory)/\($0)" })
        self.init(
            info: InfoSeries(info, texts) { [name] + $0.map { $0 ?? "" } },
            numbers: [NumberFile](kinds, in: directory, [name], &output))
    }

    /// The series that come after the device: those of its texts.
    var lateSeries: Set<Series> { info.series.map { [$0] } ?? [] }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        info.give(&output)
        try numbers.give(&output)
    }
}
