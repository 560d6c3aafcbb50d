internal import LinuxSystem
internal import MetricModel

/// `boot_reason`: why the machine was started again, where something remembers: a watchdog's status, and what a crashing
/// kernel left in pstore.
///
/// Records that systemd-pstore has taken to /var/lib/systemd/pstore are counted too: most distributions empty pstore at each
/// start.
final class BootReasonCollector: HostCollector {
    private static let reason = MetricFamily(
        "wayside_boot_reason_info", .gauge, help: "1 for each reason that something remembers for the last start.",
        labels: ["source", "reason"])
    private static let records = MetricFamily(
        "wayside_pstore_records", .gauge, help: "What crashes have left behind, by its kind, or `archived`.",
        labels: ["kind"])
    private static let newest = MetricFamily(
        "wayside_pstore_newest_timestamp_seconds", .gauge,
        help: "When the newest record was left, in seconds since 1970; the clock of a crashing machine may be wrong.",
        unit: "seconds")
    /// The bits of a watchdog's `bootstatus`, from linux/watchdog.h.
    static let watchdogBits: [(bit: UInt64, reason: String)] = [
        (0x01, "overheat"), (0x02, "fan_fault"), (0x04, "external_1"), (0x08, "external_2"), (0x10, "power_under"),
        (0x20, "watchdog_reset"), (0x40, "power_over"),
    ]
    private static let recordLimit = 1000

    private let roots: HostRoots
    private var samples: [(series: Series?, value: Double)] = []
    private var stamp: [FileStamp?] = []
    private var series: Set<Series> = []
    private var isRefused = false
    private var failure: CollectorError?

    init(_ settings: HostMetricsSettings) {
        roots = settings.roots
    }

    /// What is remembered of the last start does not change until the next, so it is looked at again only when a directory
    /// has changed.
    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let stamp = [sysfsPstore, archive, roots.sysfs + "/class/watchdog"].map { FileStamp(of: $0) }
        if stamp != self.stamp {
            self.stamp = stamp
            output.forget(series)
            output.beginNotingSeries()
            samples = []
            isRefused = false
            failure = nil
            do throws(CollectorError) { try lookAtWatchdogs(&output) } catch { failure = error }
            lookAtRecords(&output)
            series = output.endNotingSeries()
        }
        if isRefused {
            output.remark(.notAllowed(what: "reading what crashes left in pstore", needs: "CAP_DAC_READ_SEARCH"))
        }
        for (series, value) in samples { output.append(series, value) }
        if let failure { throw failure }
    }

    private var sysfsPstore: String { roots.sysfs + "/fs/pstore" }
    private var archive: String { (roots.rootfs == "/" ? "" : roots.rootfs) + "/var/lib/systemd/pstore" }

    private func lookAtWatchdogs(_ output: inout CollectorOutput) throws(CollectorError) {
        let path = roots.sysfs + "/class/watchdog"
        for name in (try? Files.list(path)) ?? [] {
            let file = "\(path)/\(name)/bootstatus"
            guard let bytes = try? Files.read(file, byteLimit: 4096) else { continue }
            let status: UInt64
            do throws(DamagedText) { status = try Self.parseStatus(bytes) } catch { throw CollectorError(error, file) }
            for (bit, reason) in Self.watchdogBits where status & bit != 0 {
                samples.append((output.series(Self.reason, [name, reason]), 1))
            }
        }
    }

    static func parseStatus(_ bytes: [UInt8]) throws(DamagedText) -> UInt64 {
        var failure: DamagedText?
        let status = bytes.withUnsafeBytes { bytes -> UInt64 in
            var cursor = ByteCursor(bytes)
            do throws(DamagedText) { return try cursor.unsigned() } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return status
    }

    private func lookAtRecords(_ output: inout CollectorOutput) {
        var counts: [String: Int] = [:]
        var newest: Int64 = 0
        var reasons: Set<String> = []
        let hasPstore = list(sysfsPstore) { path, name in
            counts[Self.kind(of: name), default: 0] += 1
            if let stamp = FileStamp(of: path) { newest = max(newest, stamp.modifiedUnixNanoseconds) }
            if name.hasPrefix("dmesg"), let reason = crash(at: path) { reasons.insert(reason) }
        }
        let hasArchive = list(archive) { path, _ in
            counts["archived", default: 0] += 1
            if let stamp = FileStamp(of: path) { newest = max(newest, stamp.modifiedUnixNanoseconds) }
        }
        guard hasPstore || hasArchive else { return }
        for reason in reasons.sorted() { samples.append((output.series(Self.reason, ["pstore", reason]), 1)) }
        for (kind, count) in counts.sorted(by: { $0.key < $1.key }) {
            samples.append((output.series(Self.records, [kind]), Double(count)))
        }
        if counts.isEmpty {
            samples.append((output.series(Self.records, ["dmesg"]), 0))
        } else {
            samples.append((output.series(Self.newest), Double(newest) / 1e9))
        }
    }

    /// Calls `body` with the paths and names in a directory, at most the limit of them; false where it cannot be listed.
    private func list(_ path: String, _ body: (_ path: String, _ name: String) -> Void) -> Bool {
        do throws(SystemError) {
            for name in try Files.list(path).prefix(Self.recordLimit) { body("\(path)/\(name)", name) }
            return true
        } catch {
            if error.isPermissionDenied { isRefused = true }
            return false
        }
    }

    /// `dmesg` of `dmesg-ramoops-0`: a word of the kernel's, and of others what stands before the first hyphen.
    static func kind(of name: String) -> String {
        let word = name.prefix { $0 != "-" }
        return word.utf8.count <= 16 && word.allSatisfy { $0.isASCII && $0.isLetter } ? word.lowercased() : "other"
    }

    /// `panic` of a record that begins with `Panic#1 Part1`; nil where it begins otherwise.
    private func crash(at path: String) -> String? {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try Files.read(path, byteLimit: 4 << 20) } catch {
            if error.isPermissionDenied { isRefused = true }
            return nil
        }
        let line = String(decoding: bytes.prefix(64).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let sign = line.firstIndex(of: "#") else { return nil }
        let word = line[..<sign].lowercased()
        return ["panic", "oops", "emergency", "shutdown", "halt", "poweroff", "reboot"].contains(word) ? word : nil
    }
}
