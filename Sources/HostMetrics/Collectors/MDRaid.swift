internal import LinuxSystem
internal import MetricModel

/// An array as /sys/block/md*/md has it.
final class MDRaid {
    struct Families {
        let disks = MetricFamily(
            "node_md_raid_disks", .gauge, help: "How many disks the array has when it is whole, as /sys says.",
            labels: ["device"])
        let degraded = MetricFamily(
            "node_md_degraded", .gauge, help: "How many disks the array lacks.", labels: ["device"])
    }

    private let level: AttributeTexts
    private let disksFile: KeptFile
    private let disksSeries: Series?
    private let degradedFile: KeptFile
    private let degradedSeries: Series?

    init(_ families: Families, device: String, _ directory: String, _ output: inout CollectorOutput) {
        level = AttributeTexts([directory + "/level"])
        disksFile = KeptFile(directory + "/raid_disks", endsAtShortRead: true)
        degradedFile = KeptFile(directory + "/degraded", endsAtShortRead: true)
        disksSeries = output.series(families.disks, [device])
        degradedSeries = output.series(families.degraded, [device])
    }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        _ = level.refresh(output)
        // An array that is going away has no level any more.
        guard let level = level.texts[0] else { return }
        // Containers of external metadata have no disks of their own.
        if !["", "container", "imsm", "ddf"].contains(level), let disks = try number(disksFile, output) {
            output.append(disksSeries, disks)
        }
        let canBeDegraded = ["raid1", "raid4", "raid5", "raid6", "raid10"].contains(level)
        output.append(degradedSeries, canBeDegraded ? try number(degradedFile, output) ?? 0 : 0)
    }

    /// The number a file begins with: `4`, or `4 (3)` while the array takes another shape.
    private func number(
        _ file: KeptFile, _ output: borrowing CollectorOutput
    ) throws(CollectorError) -> Double? {
        guard let bytes = try output.readIfPresent(file), !AttributeTexts.trimmed(bytes).isEmpty else { return nil }
        var cursor = ByteCursor(bytes)
        do throws(DamagedText) { return Double(try cursor.unsigned()) } catch { throw CollectorError(error, file.path) }
    }
}
