import HostMetrics
import LinuxSystem
import MetricModel

/// The host's collectors: whatever the files of /proc and /sys hold, each gives samples or says what is wrong with which
/// file, and memory stays bounded.
///
/// The input names files of the fixture trees and what they hold instead; all collectors run over the tree, and again
/// after the files are as they were.
struct HostTarget: FuzzTarget {
    static let name = "host"
    private static let seriesLimit = 20_000
    /// They ask this machine's disks, interfaces and bus, not files; their parsers have tests of their own.
    private static let leftOut: Set<String> = ["ethtool", "smart", "systemd"]

    static func seeds() -> [[UInt8]] {
        FuzzedTree.all(under: nil).enumerated().flatMap { number, tree in
            tree.files.indices.map { index in
                [UInt8(number)] + [UInt8(index & 0xff), UInt8(index >> 8)] + InputCursor.piece(tree.contents[index])
            }
        }
    }

    private let trees: [FuzzedTree]

    init() {
        trees = FuzzedTree.all(under: "/dev/shm/wayside-fuzz-\(Machine.processID())")
    }

    func run(_ bytes: [UInt8]) {
        var input = InputCursor(bytes)
        let tree = trees[Int(input.byte()) % trees.count]
        var settings = HostMetricsSettings(
            roots: tree.roots, enable: HostCollectors.names, disable: HostCollectors.names.filter(Self.leftOut.contains)
        )
        settings.isSoftIRQEnabled = true
        settings.cpu.isInfoEnabled = true
        settings.textfile.directories = [tree.path + "/textfile"]
        // A hang is the fuzzer's to find.
        settings.collectorTimeoutMilliseconds = 3_600_000
        var sampler = HostSampler(settings: settings, scope: SeriesScope(.empty), seriesLimit: Self.seriesLimit)
        var changed: Set<Int> = []
        while !input.isAtEnd, changed.count < 4 {
            let index = input.choice(tree.files.count)
            tree.write(index, input.piece())
            changed.insert(index)
        }
        check(&sampler)
        for index in changed { tree.write(index, tree.contents[index]) }
        check(&sampler)
    }

    private func check(_ sampler: inout HostSampler) {
        let clock = ClockReading(
            bootID: BootID(high: 1, low: 1), bootNanoseconds: 1_000_000_000, unixMilliseconds: 1_795_203_419_000,
            isSynchronised: true)
        let batch = sampler.collect(clock: clock)
        hold(sampler.seriesCount <= Self.seriesLimit, "the limit of series")
        hold(batch.refusedCount == 0, "no sample is left out of the batch")
        hold(Set(batch.samples.map(\.series)).count == batch.samples.count, "each series has one value")
        for failure in sampler.lastFailures {
            hold(!"\(failure)".isEmpty && failure.error.subject.utf8.count < 5000, "a failure says what it is about")
        }
    }
}
