internal import LinuxSystem
internal import MetricModel

/// A namespace of an NVMe drive and its series.
final class NVMeNamespace {
    struct Families {
        private static let labels = ["device", "nsid"]
        let info = MetricFamily(
            "node_nvme_namespace_info", .gauge, help: "The state of the path to the namespace, as a label.",
            labels: labels + ["ana_state"])
        let capacity = MetricFamily(
            "node_nvme_namespace_capacity_bytes", .gauge, help: "The namespace's size times its logical block size.",
            unit: "bytes", labels: labels)
        let size = MetricFamily(
            "node_nvme_namespace_size_bytes", .gauge, help: "The same as the capacity.", unit: "bytes", labels: labels)
        let used = MetricFamily(
            "node_nvme_namespace_used_bytes", .gauge, help: "What the namespace holds (not from every kernel).",
            unit: "bytes", labels: labels)
        let blockSize = MetricFamily(
            "node_nvme_namespace_logical_block_size_bytes", .gauge, help: "The size of a logical block.",
            unit: "bytes", labels: labels)
    }

    private let info: InfoSeries
    private let capacitySeries: Series?
    private let sizeFile: NumberFile?
    private let usedFile: NumberFile?
    private let blockSizeFile: NumberFile?

    init(
        _ families: Families, device: String, number: String, _ directory: String, _ output: inout CollectorOutput
    ) {
        let labels = [device, number]
        info = InfoSeries(families.info, AttributeTexts([directory + "/ana_state"])) { labels + [$0[0] ?? "unknown"] }
        func file(_ name: String, _ family: MetricFamily) -> NumberFile? {
            NumberFile(NumberFile.Kind(fileName: name, family: family), in: directory, labels, &output)
        }
        blockSizeFile = file("queue/logical_block_size", families.blockSize)
        sizeFile = file("size", families.size)
        usedFile = file("nuse", families.used)
        capacitySeries = output.series(families.capacity, labels)
    }

    /// The series that come after the namespace: those of its texts.
    var lateSeries: Set<Series> { info.series.map { [$0] } ?? [] }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        info.give(&output)
        guard let blockSize = try blockSizeFile?.value(&output) else { return }
        output.append(blockSizeFile?.series, blockSize)
        if let size = try sizeFile?.value(&output) {
            output.append(capacitySeries, size * blockSize)
            output.append(sizeFile?.series, size * blockSize)
        }
        if let used = try usedFile?.value(&output) { output.append(usedFile?.series, used * blockSize) }
    }
}
