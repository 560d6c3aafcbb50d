import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// Files that other programs write, whole and broken.
@Suite struct TextfileTests {
    private final class Folder {
        let path = "/tmp/wayside-textfile-\(Machine.processID())-\(Machine.randomWord())"

        init() throws { try Files.makeDirectory(path) }

        deinit { _ = try? ChildProcess.run("/bin/rm", ["-rf", path]) }

        func write(_ name: String, _ text: String) throws {
            try Files.replace(path + "/" + name, with: Array(text.utf8))
        }
    }

    private static func sampler(_ directories: [String]) -> HostSampler {
        var settings = HostMetricsSettings(disable: HostCollectors.names.filter { $0 != "textfile" })
        settings.textfile.directories = directories
        return HostSampler(settings: settings, scope: SeriesScope(.empty), seriesLimit: 1000)
    }

    /// Without the files' times, which are the test's own.
    private static func values(_ run: HostRun) -> [String: Double] {
        run.values.filter { !$0.key.hasPrefix("node_textfile_mtime_seconds") }
    }

    /// A series that a collector gives has its value from there: a receiver would refuse the request that has two.
    @Test func aSeriesOfACollectorIsTheCollectors() throws {
        let folder = try Folder()
        try folder.write(
            "a.prom",
            """
            node_load1 -1
            node_load1{of="another"} 2
            node_scrape_collector_success{collector="loadavg"} 0
            node_scrape_collector_success{collector="textfile"} 0
            zebra 3

            """)
        var settings = HostMetricsSettings(
            enable: ["zfs"], disable: HostCollectors.names.filter { !["loadavg", "textfile", "zfs"].contains($0) })
        settings.textfile.directories = [folder.path]
        var sampler = HostSampler(settings: settings, scope: SeriesScope(.empty), seriesLimit: 1000)
        for _ in 0..<2 {
            let run = HostRun(&sampler)
            #expect(Set(run.samples.map { $0.series.fullLabels() }).count == run.samples.count)
            let values = run.values
            #expect((values["node_load1"] ?? -1) >= 0)
            #expect(values[#"node_load1{of="another"}"#] == 2 && values["zebra"] == 3)
            #expect(run.success["loadavg"] == 1 && run.success["textfile"] == 1)
            let problem = run.failures.filter { $0.collector == "textfile" }.map { "\($0.error)" }
            #expect(problem.count == 1 && problem[0].contains("node_load1"), "\(problem)")
        }
    }

    @Test func everyKindOfMetric() throws {
        let folder = try Folder()
        try folder.write(
            "all.prom",
            """
            # HELP backup_seconds_total Time spent.
            # TYPE backup_seconds_total counter
            backup_seconds_total{disk="a"} 12.5
            backup_seconds_total{disk="b",kind="full"} 3
            # TYPE latency_seconds histogram
            latency_seconds_bucket{le="0.5"} 1
            latency_seconds_bucket{le="+Inf"} 2
            latency_seconds_sum 4
            latency_seconds_count 2
            plain NaN

            """)
        try folder.write("ignored.txt", "other 1\n")
        var sampler = Self.sampler([folder.path])
        let run = HostRun(&sampler)
        let values = Self.values(run)
        #expect(run.failures.isEmpty)
        #expect(values.count == 8)
        #expect(values[#"backup_seconds_total{disk="a"}"#] == 12.5)
        #expect(values[#"backup_seconds_total{disk="b",kind="full"}"#] == 3)
        #expect(values[#"latency_seconds_bucket{le="+Inf"}"#] == 2)
        #expect(values["plain"]?.isNaN == true && values["node_textfile_scrape_error"] == 0)
        let bucket = try #require(run.samples.first { $0.series.family.name == "latency_seconds_bucket" })
        #expect(bucket.series.family.type == .histogram)
        #expect(run.samples.first?.series.family.help == "Time spent.")
        let mtime = run.values[#"node_textfile_mtime_seconds{file="\#(folder.path)/all.prom"}"#]
        let modified = try FileStamp(asking: folder.path + "/all.prom").modifiedUnixNanoseconds
        #expect(mtime == Double(modified) / 1e9)
    }

    @Test(
        arguments: [
            ("x 1\ny{ 2\n", "line 2, column 4"), ("x 1 1700000000000\n", "x has a time of its own"),
            ("x 1\nx 2\n", "x is there twice"), ("x one\n", "line 1, column 3"),
        ]) func oneBadFileNeverSpoilsTheOthers(_ text: String, _ problem: String) throws
    {
        let folder = try Folder()
        try folder.write("a.prom", "good 1\n")
        try folder.write("b.prom", text)
        try folder.write("c.prom", "better 2\n")
        var sampler = Self.sampler([folder.path])
        for _ in 0..<2 {
            let run = HostRun(&sampler)
            let values = Self.values(run)
            #expect(values["good"] == 1 && values["better"] == 2)
            #expect(values["node_textfile_scrape_error"] == 1 && run.success == ["textfile": 1])
            let failure = try #require(run.failures.first)
            #expect("\(failure)".contains("\(folder.path)/b.prom") && "\(failure)".contains(problem), "\(failure)")
        }
        try folder.write("b.prom", "x 5\n")
        let mended = HostRun(&sampler)
        #expect(Self.values(mended) == ["good": 1, "better": 2, "x": 5, "node_textfile_scrape_error": 0])
        #expect(mended.failures.isEmpty)
    }

    @Test func filesChangeComeAndGo() throws {
        let folder = try Folder()
        try Files.makeDirectory(folder.path + "/one")
        try Files.makeDirectory(folder.path + "/two")
        try folder.write("one/a.prom", "a 1\nb 2\n")
        try folder.write("two/a.prom", "c 3\n")
        var sampler = Self.sampler([folder.path + "/*"])
        #expect(Self.values(HostRun(&sampler)) == ["a": 1, "b": 2, "c": 3, "node_textfile_scrape_error": 0])
        let count = sampler.seriesCount
        // As long as before, so that its time and place have to tell.
        try folder.write("one/a.prom", "a 9\nb 2\n")
        #expect(Self.values(HostRun(&sampler))["a"] == 9)
        try Files.remove(folder.path + "/two/a.prom")
        try folder.write("one/a.prom", "a 9\n")
        #expect(Self.values(HostRun(&sampler)) == ["a": 9, "node_textfile_scrape_error": 0])
        // b, c and the time of c's file are given back.
        #expect(sampler.seriesCount == count - 3)
    }

    /// A clock that was wrong, or somebody who may write there, leaves any year.
    @Test(arguments: ["2400-01-01", "1901-12-14"]) func anyTimeOfAFileIsTaken(_ date: String) throws {
        let folder = try Folder()
        try folder.write("a.prom", "a 1\n")
        #expect(try ChildProcess.run("/usr/bin/touch", ["-d", date, folder.path + "/a.prom"]) == 0)
        var sampler = Self.sampler([folder.path])
        let run = HostRun(&sampler)
        #expect(Self.values(run) == ["a": 1, "node_textfile_scrape_error": 0] && run.failures.isEmpty)
    }

    /// Who may write to the directory must not be able to make the agent wait, or open a device.
    @Test(arguments: ["mkfifo fifo.prom", "ln -s /dev/zero fifo.prom", "mkdir fifo.prom"])
    func whatIsNoFileIsNotOpened(_ command: String) throws {
        let folder = try Folder()
        try folder.write("a.prom", "a 1\n")
        #expect(try ChildProcess.run("/bin/sh", ["-c", "cd \(folder.path) && \(command)"]) == 0)
        var settings = HostMetricsSettings(disable: HostCollectors.names.filter { $0 != "textfile" })
        settings.textfile.directories = [folder.path]
        settings.collectorTimeoutMilliseconds = 2000
        var sampler = HostSampler(settings: settings, scope: SeriesScope(.empty), seriesLimit: 1000)
        let run = HostRun(&sampler)
        #expect(Self.values(run) == ["a": 1, "node_textfile_scrape_error": 1])
        #expect("\(try #require(run.failures.first))".contains("fifo.prom: is no regular file"), "\(run.failures)")
    }

    /// Each series is there once a run, however the files describe it.
    @Test(
        arguments: [
            "# TYPE a counter\na 2\n", "a{x=\"\"} 2\n", "node_textfile_scrape_error 2\na 3\n",
        ]) func aSeriesOfTwoFilesIsGivenOnce(_ text: String) throws
    {
        let folder = try Folder()
        try folder.write("a.prom", "# TYPE a gauge\na 1\nc 3\n")
        try folder.write("b.prom", text + "b 2\n")
        var sampler = Self.sampler([folder.path])
        for _ in 0..<2 {
            let run = HostRun(&sampler)
            #expect(Self.values(run) == ["a": 1, "b": 2, "c": 3, "node_textfile_scrape_error": 1])
            #expect(Set(run.samples.map { $0.series.fullLabels() }).count == run.samples.count)
            #expect("\(try #require(run.failures.first))".contains("b.prom"))
        }
        // Where the first that had it has gone, the second gives it.
        try Files.remove(folder.path + "/a.prom")
        let run = HostRun(&sampler)
        #expect(Self.values(run)["a"] == (text.hasPrefix("node") ? 3 : 2))
        #expect(run.samples.count == Set(run.samples.map { $0.series.fullLabels() }).count)
    }

    @Test func aDirectoryThatIsNamedTwiceIsReadOnce() throws {
        let folder = try Folder()
        try folder.write("a.prom", "a 1\n")
        var sampler = Self.sampler([folder.path, folder.path])
        for _ in 0..<2 {
            let run = HostRun(&sampler)
            #expect(Self.values(run) == ["a": 1, "node_textfile_scrape_error": 0])
            #expect(run.samples.count == 5 && run.failures.isEmpty)
        }
    }

    @Test func filesAndSamplesBeyondTheLimitsAreSaid() throws {
        let folder = try Folder()
        for name in ["a", "b", "c"] { try folder.write(name + ".prom", "\(name) 1\n") }
        try folder.write("b.prom", "b 1\nb{x=\"1\"} 1\nb{x=\"2\"} 1\n")
        var settings = HostMetricsSettings(disable: HostCollectors.names.filter { $0 != "textfile" })
        settings.textfile.directories = [folder.path]
        settings.textfile.fileLimit = 2
        settings.textfile.sampleLimit = 2
        var sampler = HostSampler(settings: settings, scope: SeriesScope(.empty), seriesLimit: 1000)
        let run = HostRun(&sampler)
        #expect(Self.values(run) == ["a": 1, "node_textfile_scrape_error": 1])
        let failures = run.failures.map { "\($0)" }
        #expect(failures.contains { $0.contains("more than 2 files") && $0.contains(folder.path) }, "\(failures)")
        #expect(failures.contains { $0.contains("b.prom") && $0.contains("more than 2 samples") }, "\(failures)")
    }

    /// A script that is mended says another type; what it said before must not stay until the agent is started again.
    @Test func theTypeOfAFamilyChanges() throws {
        let folder = try Folder()
        var sampler = Self.sampler([folder.path])
        for type in [MetricType.gauge, .counter, .gauge] {
            try folder.write("a.prom", "# TYPE a \(type.name)\na 1\n")
            let samples = HostRun(&sampler).samples.filter { $0.series.family.name == "a" }
            #expect(samples.map(\.series.family.type) == [type])
        }
        #expect(sampler.seriesCount == 3)
    }

    @Test func aMissingDirectoryIsAnError() throws {
        var sampler = Self.sampler(["/nonexistent/wayside"])
        let run = HostRun(&sampler)
        #expect(Self.values(run) == ["node_textfile_scrape_error": 1])
        #expect("\(try #require(run.failures.first))".contains("/nonexistent/wayside"))
    }
}
