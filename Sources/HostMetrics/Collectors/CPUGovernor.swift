internal import LinuxSystem
internal import MetricModel

/// Which governor sets a processor's clock: a series for each that could, 1 for the one that does.
final class CPUGovernor {
    private let family: MetricFamily
    private let processor: String
    private let available: AttributeTexts
    private let currentFile: KeptFile
    private var governors: [(name: [UInt8], series: Series?)] = []

    init(_ family: MetricFamily, _ directory: String, processor: String) {
        self.family = family
        self.processor = processor
        available = AttributeTexts([directory + "/scaling_available_governors"])
        currentFile = KeptFile(directory + "/scaling_governor", endsAtShortRead: true)
    }

    var series: Set<Series> { Set(governors.compactMap(\.series)) }

    /// Closes the files until they are read again.
    func close() {
        available.close()
        currentFile.close()
    }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        if available.refresh(output) {
            output.forget(series)
            governors = (available.texts[0] ?? "").split(separator: " ").map { name in
                (name: Array(name.utf8), series: output.series(family, [processor, String(name)]))
            }
        }
        guard !governors.isEmpty, let bytes = try output.readIfPresent(currentFile) else { return }
        let current = AttributeTexts.trimmed(bytes)
        if current.isEmpty { return }
        for governor in governors {
            output.append(governor.series, governor.name.elementsEqual(current) ? 1 : 0)
        }
    }
}
