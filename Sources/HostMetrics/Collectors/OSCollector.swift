internal import LinuxSystem
internal import MetricModel

/// `os`: the distribution and its version, from os-release.
final class OSCollector: HostCollector {
    private let info = MetricFamily(
        "node_os_info", .gauge, help: "Always 1; the operating system is in the labels.",
        labels: [
            "build_id", "id", "id_like", "image_id", "image_version", "name", "pretty_name", "variant", "variant_id",
            "version", "version_codename", "version_id",
        ])
    private let version = MetricFamily(
        "node_os_version", .gauge, help: "The operating system's version as a number: major.minor.",
        labels: ["id", "id_like", "name"])
    private let supportEnd = MetricFamily(
        "node_os_support_end_timestamp_seconds", .gauge, help: "When support of the operating system ends.",
        unit: "seconds")
    private var files: [ChangingFile]
    private var failure: CollectorError?
    private var samples: [(series: Series?, value: Double)] = []

    init(_ settings: HostMetricsSettings) {
        files = ["/etc/os-release", "/usr/lib/os-release"].map { ChangingFile(settings.roots.rootfs + $0) }
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        var hasChanged = false
        for index in files.indices { if files[index].hasChanged() { hasChanged = true } }
        if hasChanged {
            output.forget(Set(samples.compactMap(\.series)))
            samples = []
            failure = nil
            do throws(CollectorError) { try describe(&output) } catch { failure = error }
        }
        if let failure { throw failure }
        for sample in samples { output.append(sample.series, sample.value) }
    }

    private func describe(_ output: inout CollectorOutput) throws(CollectorError) {
        let path = (files.first(where: \.exists) ?? files[1]).path
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try Files.read(path, byteLimit: 64 << 10) } catch { throw .system(error) }
        let release: [String: String]
        do throws(DamagedText) { release = try OSRelease.parse(bytes) } catch { throw CollectorError(error, path) }
        func value(_ key: String) -> String { release[key] ?? "" }
        samples.append((output.series(info, info.labelNames.map { value($0.uppercased()) }), 1))
        if let number = OSRelease.versionNumber(value("VERSION_ID")), number > 0 {
            samples.append((output.series(version, [value("ID"), value("ID_LIKE"), value("NAME")]), number))
        }
        guard let end = release["SUPPORT_END"], !end.isEmpty else { return }
        guard let seconds = OSRelease.unixSeconds(date: end) else {
            throw .damaged(path: path, byteOffset: 0, expected: "a date as 2027-06-30 in SUPPORT_END")
        }
        samples.append((output.series(supportEnd), Double(seconds)))
    }
}
