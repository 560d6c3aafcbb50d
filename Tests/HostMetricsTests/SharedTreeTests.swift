import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// Debian's node_exporter and our collectors on one tree of many kinds of hardware.
@Suite struct SharedTreeTests {
    // Skipped where the Debian package or the shared folder is not there.
    @Test(.enabled(if: NodeExporter.isInstalled && SharedTree.archive != nil), arguments: SharedTreeCase.all)
    func everySampleIsEqual(_ row: SharedTreeCase) throws {
        let tree = try #require(SharedTree.path)
        let theirs = try NodeExporter.scrape(
            [row.collector],
            [
                "--path.procfs=\(tree)/proc", "--path.sysfs=\(tree)/sys", "--path.rootfs=\(tree)",
                "--path.udev.data=\(tree)/udev/data",
            ] + row.arguments)
        let ours = HostRun([row.collector], roots: SharedTree.roots(tree), row.settings)
        #expect(ours.failures == [])
        var mine: [String: Double] = [:]
        for sample in ours.samples where Self.isCompared(sample.series.family.name, row) {
            // Debian's knows no serial number of disks that have it in ID_SERIAL only.
            let isCard = sample.series.fullLabels()["device"]?.hasPrefix("mmcblk") == true
            let labels = Labels(
                sample.series.fullLabels().filter {
                    !row.newLabels.contains($0.name) && !($0.name == "serial" && isCard)
                })
            mine[labels.description] = sample.value
        }
        let reference = theirs.values.filter { Self.isCompared(String($0.key.prefix { $0 != "{" }), row) }
        for series in Set(mine.keys).union(reference.keys).sorted()
        where !row.isLeftOut(series) && !row.leftOutParts.contains(where: { series.contains($0) }) {
            let (own, other) = (mine[series], reference[series])
            #expect(own == other || own?.isNaN == true && other?.isNaN == true, "\(series)")
        }
        #expect(mine.count >= row.leastCount)
    }

    private static func isCompared(_ family: String, _ row: SharedTreeCase) -> Bool {
        !family.hasPrefix("node_scrape_") && !row.leftOut.contains(family)
    }
}
