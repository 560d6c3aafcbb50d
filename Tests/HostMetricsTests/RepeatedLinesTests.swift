import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// Whatever a file says twice, no run gives a series twice.
@Suite struct RepeatedLinesTests {
    /// How many of the changed texts are noticed at least, which shows that the files are those that are read. The gateway
    /// has hardly anything but single numbers.
    static let trees = [
        ("pi", 10), ("kernel-4.9", 10), ("server", 10), ("gateway", 0), ("cgroup-v1", 6), ("cgroup-v2", 6),
    ]
    /// Those that ask this machine and not the tree.
    private static let leftOut: Set<String> = ["ethtool", "smart", "textfile", "time", "timex", "uname", "w1"]

    /// A text in ways of saying a thing twice.
    private static func texts(_ text: String, _ random: inout SeededNumbers) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count > 2 else {
            return [text + text, text.split(separator: "\n").map { "\($0) \($0)\n" }.joined()]
        }
        var moved = lines
        for _ in 0..<3 {
            moved.insert(lines[random.below(lines.count)], at: random.below(moved.count))
        }
        return [text + text, lines.flatMap { [$0, $0] }.joined(separator: "\n"), moved.joined(separator: "\n")]
    }

    private static func files(_ tree: TreeCopy) throws -> [String] {
        let list = tree.path + "/list"
        let find = "cd \(tree.path) && find proc sys udev root -type f -size +1c 2>/dev/null | sort >list; true"
        _ = try ChildProcess.run("/bin/sh", ["-c", find])
        return String(decoding: try Files.read(list), as: UTF8.self).split(separator: "\n").map { "/\($0)" }
    }

    @Test(arguments: trees) func noSeriesComesTwice(_ name: String, _ leastNoticed: Int) throws {
        let seed: UInt64 = 20_261_126
        var random = SeededNumbers(seed: seed)
        let tree = try TreeCopy(name)
        var sampler = tree.sampler(HostCollectors.names.filter { !Self.leftOut.contains($0) }) { settings in
            settings.isSoftIRQEnabled = true
            settings.sysctl.include = ["fs.file-nr", "fs.file-nr", "kernel.threads-max"]
            settings.sysctl.includeInfo = ["kernel.seccomp.actions_avail", "kernel.seccomp.actions_avail"]
            settings.cpu.isInfoEnabled = true
            settings.networkDevices.isDetailed = true
            settings.pciDevices.areNamesEnabled = true
        }
        var names = SeriesNames()
        var noticedCount = 0
        let before = HostRun(&sampler)
        #expect(names.repeated(in: before) == [])
        for file in try Self.files(tree) {
            let text = String(decoding: try Files.read(tree.path + file), as: UTF8.self)
            // Of a single number nothing can be there twice.
            guard text.split(whereSeparator: \.isWhitespace).count > 1 else { continue }
            for changed in Self.texts(text, &random) {
                try tree.write(file, changed)
                let run = HostRun(&sampler)
                #expect(names.repeated(in: run) == [], "\(file), seed \(seed):\n\(changed)")
                noticedCount += run.failures == before.failures ? 0 : 1
            }
            try tree.write(file, text)
        }
        #expect(noticedCount >= leastNoticed)
        // And nothing of it stays.
        #expect(HostRun(&sampler).values.keys.sorted() == before.values.keys.sorted())
    }

    /// Disks in another order with a new one between them: each keeps its own numbers.
    @Test func disksInAnotherOrder() throws {
        let tree = try TreeCopy("pi")
        var sampler = tree.sampler(["diskstats"])
        let before = HostRun(&sampler).values
        try tree.change("/proc/diskstats") { text in
            let lines = text.split(separator: "\n").map(String.init)
            let new = "8 9 sdz 1 1 1 1 1 1 1 1 1 1 1"
            return (lines.reversed().dropLast() + [new] + lines.prefix(1)).joined(separator: "\n") + "\n"
        }
        let after = HostRun(&sampler).values
        #expect(after.filter { !$0.key.contains("sdz") } == before)
        #expect(sampler.seriesCount == after.count)
    }

    /// The line that comes first decides, the others and the rest of the text are there, and it is said once.
    @Test(arguments: [
        ("netdev", "/proc/net/dev", "  eth0:1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n", 17),
        ("cgroups", "/proc/cgroups", "memory 1 1 1\n", 2),
        ("diskstats", "/proc/diskstats", "179 0 mmcblk0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n", 11),
        ("mdadm", "/proc/mdstat", "md3 : active raid1 sda1[0]\n      5 blocks [1/1] [U]\n", 11),
        ("drbd", "/proc/drbd", " 1: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C\n", 5),
    ])
    func theFirstLineStands(_ collector: String, _ file: String, _ line: String, _ leastCount: Int) throws {
        let tree = try TreeCopy(["netdev", "diskstats"].contains(collector) ? "pi" : "server")
        var sampler = tree.sampler([collector])
        let before = HostRun(&sampler)
        #expect(before.failures == [])
        try tree.change(file) { $0 + line }
        let after = HostRun(&sampler)
        #expect(after.success == [collector: 1] && after.failures.count == 1)
        #expect(after.values == before.values)
        guard case .repeated(_, let count) = after.failures.first?.error else {
            Issue.record("\(after.failures)")
            return
        }
        #expect(count >= leastCount)
    }
}

/// Numbers that are the same in each run of a test.
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}

/// The names and labels of series, written once for each.
private struct SeriesNames {
    private var texts: [ObjectIdentifier: (series: Series, text: String)] = [:]

    mutating func repeated(in run: HostRun) -> [String] {
        var seen: Set<String> = []
        var repeated: [String] = []
        for sample in run.samples {
            let identity = ObjectIdentifier(sample.series)
            let text = texts[identity]?.text ?? "\(sample.series.fullLabels())"
            texts[identity] = (sample.series, text)
            if !seen.insert(text).inserted { repeated.append(text) }
        }
        return repeated
    }
}
