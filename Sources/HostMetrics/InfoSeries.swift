internal import MetricModel

/// A series of value 1 whose labels say what some files of a device hold; another one begins when a text changes.
final class InfoSeries {
    private let family: MetricFamily
    private let attributes: AttributeTexts
    private let labelValues: ([String?]) -> [String]
    /// Nil before the first run, and where there was no room.
    private(set) var series: Series?

    /// `labelValues` makes the family's label values from the files' texts; nil stands for a file that is not there or
    /// cannot be read.
    init(_ family: MetricFamily, _ attributes: AttributeTexts, labelValues: @escaping ([String?]) -> [String]) {
        self.family = family
        self.attributes = attributes
        self.labelValues = labelValues
    }

    /// The files' texts as they were at the last `give`.
    var texts: [String?] { attributes.texts }

    /// Closes the files until they are read again.
    func close() { attributes.close() }

    func give(_ output: inout CollectorOutput) {
        if attributes.refresh(output) {
            if let series { output.forget([series]) }
            series = output.series(family, labelValues(attributes.texts))
        }
        output.append(series, 1)
    }
}
