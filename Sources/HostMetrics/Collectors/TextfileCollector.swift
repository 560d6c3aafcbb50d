internal import Exposition
internal import LinuxSystem
internal import MetricModel

/// `textfile`: the samples of every `*.prom` file in the configured directories, which other programs write.
///
/// A file is read again when it has changed. One that is bad is left out whole, named in the log and counted by
/// `node_textfile_scrape_error`; the others are given. Write a file under another name and rename it, so that no reader
/// sees half of it. Others than the agent's user may write to a directory, so what is no file is not opened: a FIFO would
/// make it wait.
final class TextfileCollector: HostCollector {
    private struct File {
        let stamp: FileStamp
        let samples: [(series: Series, value: Double)]
        /// Samples that there was no room for.
        let refusedCount: Int
        let modified: Series?
        /// All of them, to be given back.
        let series: Set<Series>
        let problem: CollectorError?
        /// Which of the samples are left out, because they were given before.
        var duplicates: Set<Int> = []
    }

    /// A family is one for all files that mean the same with it.
    private struct FamilyKey: Hashable {
        let name: String
        let type: MetricType
        let labelNames: [String]
    }

    private static let modified = MetricFamily(
        "node_textfile_mtime_seconds", .gauge, help: "When the file was last changed, in seconds since 1970.",
        unit: "seconds", labels: ["file"])
    private static let scrapeError = MetricFamily(
        "node_textfile_scrape_error", .gauge, help: "1 where a directory or a file could not be read, else 0.")
    /// A directory with more entries, of whatever name, is an error.
    private static let entryLimit = 20_000
    private let settings: HostMetricsSettings.Textfile
    private var errorSeries: Series?
    private var files: [String: File] = [:]
    /// Their paths, in the order in which they are given.
    private var order: [String] = []
    private var families: [FamilyKey: MetricFamily] = [:]

    init(_ settings: HostMetricsSettings) {
        self.settings = settings.textfile
    }

    var isForeign: Bool { !files.isEmpty }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        var hasError = false
        var hasChanged = false
        var known = files
        files.removeAll(keepingCapacity: true)
        for path in paths(&output, &hasError) where files[path] == nil {
            do throws(SystemError) {
                let stamp = try FileStamp(asking: path)
                if let file = known[path], file.stamp == stamp {
                    files[path] = known.removeValue(forKey: path)
                } else {
                    files[path] = read(path, stamp, &output)
                    hasChanged = true
                }
            } catch {
                // It went between the listing and now; the next run does not see it.
                if error.isNotFound { continue }
                hasError = true
                output.remark(.system(error))
            }
        }
        if errorSeries == nil { errorSeries = output.series(Self.scrapeError) }
        if hasChanged || !known.isEmpty { settle(known.values, &output) }
        hasError = give(&output) || hasError
        output.append(errorSeries, hasError ? 1 : 0)
    }

    /// The files, in the order of their directories and names.
    private func paths(_ output: inout CollectorOutput, _ hasError: inout Bool) -> [String] {
        var paths: [String] = []
        for pattern in settings.directories {
            let directories = Files.matching(pattern)
            for directory in directories.isEmpty ? [pattern] : directories {
                do throws(SystemError) {
                    for name in try Files.list(directory, limit: Self.entryLimit)
                    where name.hasSuffix(".prom") {
                        guard paths.count < settings.fileLimit else {
                            hasError = true
                            output.remark(
                                .badText(
                                    path: directory,
                                    problem: "more than \(settings.fileLimit) files; the others are left out"))
                            break
                        }
                        paths.append(directory + (directory.hasSuffix("/") ? "" : "/") + name)
                    }
                } catch {
                    hasError = true
                    output.remark(error.isNotFound ? Self.missing(directory, error) : .system(error))
                }
            }
        }
        return paths
    }

    /// A directory that was asked for is missed, unlike what a host does not have.
    private static func missing(_ path: String, _ error: SystemError) -> CollectorError {
        let hint = MountView.isHome(path) ? ", or ProtectHome= in the agent's unit hides it" : ""
        return .badText(path: path, problem: error.reason + hint)
    }

    private func read(_ path: String, _ stamp: FileStamp, _ output: inout CollectorOutput) -> File {
        func bad(_ problem: CollectorError) -> File {
            File(stamp: stamp, samples: [], refusedCount: 0, modified: nil, series: [], problem: problem)
        }
        guard stamp.isRegularFile else { return bad(.badText(path: path, problem: "is no regular file")) }
        let parsed: ParsedExposition
        do throws(SystemError) {
            let bytes = try Files.read(path, byteLimit: settings.byteLimit)
            do throws(ExpositionError) {
                parsed = try ExpositionParser.parse(
                    bytes, format: .text004,
                    limits: .init(byteCount: settings.byteLimit, sampleCount: settings.sampleLimit))
            } catch { return bad(.badText(path: path, problem: "\(error)")) }
        } catch { return bad(.system(error)) }
        if let sample = parsed.samples.first(where: { $0.unixMilliseconds != nil }) {
            let problem = "\(sample.labels.metricName) has a time of its own, which cannot be kept here"
            return bad(.badText(path: path, problem: problem))
        }
        output.beginNotingSeries()
        let samples = parsed.samples.compactMap { sample in
            series(sample, parsed, path, &output).map { (series: $0, value: sample.value) }
        }
        let modified = output.series(Self.modified, [path])
        return File(
            stamp: stamp, samples: samples, refusedCount: parsed.samples.count - samples.count, modified: modified,
            series: output.endNotingSeries(), problem: nil)
    }

    private func series(
        _ sample: ParsedExposition.ParsedSample, _ parsed: ParsedExposition, _ path: String,
        _ output: inout CollectorOutput
    ) -> Series? {
        let described = sample.family.map { parsed.families[$0] }
        let labels = sample.labels.filter { $0.name != "__name__" }
        let key = FamilyKey(
            name: sample.labels.metricName, type: described?.type ?? .unknown, labelNames: labels.map(\.name))
        let family =
            families[key]
            ?? MetricFamily(
                key.name, key.type, help: described?.help.isEmpty == false ? described?.help ?? "" : "From \(path).",
                labels: key.labelNames)
        families[key] = family
        return output.series(family, labels.map(\.value))
    }

    /// After files came, went or changed: gives the series of those that are `gone` back, and finds the series that two
    /// files have. Those are the ones with equal labels, whatever the files say of their families.
    private func settle(_ gone: some Sequence<File>, _ output: inout CollectorOutput) {
        var ended: Set<Series> = []
        for file in gone { ended.formUnion(file.series) }
        for file in files.values { ended.subtract(file.series) }
        output.forget(ended)
        var given: Set<Labels> = []
        if let errorSeries { given.insert(errorSeries.fullLabels()) }
        for file in files.values { if let modified = file.modified { given.insert(modified.fullLabels()) } }
        var used: Set<MetricFamily> = []
        order = files.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for path in order {
            guard var file = files[path] else { continue }
            file.duplicates = []
            for (index, sample) in file.samples.enumerated() {
                used.insert(sample.series.family)
                if !given.insert(sample.series.fullLabels()).inserted { file.duplicates.insert(index) }
            }
            files[path] = file
        }
        families = families.filter { used.contains($0.value) }
    }

    /// Gives every file's samples; one that another file gave already is left out. Answers whether anything was wrong.
    private func give(_ output: inout CollectorOutput) -> Bool {
        var hasError = false
        for path in order {
            guard let file = files[path] else { continue }
            if let problem = file.problem {
                hasError = true
                output.remark(problem)
                continue
            }
            for (index, (series, value)) in file.samples.enumerated() where !file.duplicates.contains(index) {
                output.append(series, value)
            }
            for _ in 0..<file.refusedCount { output.append(nil, 0) }
            if let duplicate = file.duplicates.min() {
                hasError = true
                let labels = file.samples[duplicate].series.fullLabels()
                output.remark(.badText(path: path, problem: "\(labels) is there twice"))
            }
            output.append(file.modified, Double(file.stamp.modifiedUnixNanoseconds) / 1e9)
        }
        return hasError
    }
}
