internal import Daemon
internal import SampleStore

/// What `wayside-hub store inspect` and `verify` print.
package enum StoreReport {
    package static func text(_ directory: String) throws -> String {
        let found = try StoreInspection.describe(directory)
        var lines = ["\(found.directory): \(found.days.count) day files, a log of \(found.logByteCount) bytes"]
        for day in found.days {
            let times = [day.firstUnixMilliseconds, day.lastUnixMilliseconds].map { time in
                time.map { String(UTCTime(unixMilliseconds: $0).text.prefix(19)) } ?? "-"
            }
            let perSample = day.samples > 0 ? Double(day.byteCount) / Double(day.samples) : 0
            let hundredths = Int64((perSample * 100).rounded())
            lines.append(
                "  \(day.name)  \(day.byteCount) bytes  \(day.series) series  \(day.chunks) chunks  "
                    + "\(day.samples) samples\(hidden(day.hiddenSamples))  \(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10) B each  "
                    + "\(times[0]) to \(times[1])" + (day.isFinal ? "  final" : "")
                    + (day.lateSamples > 0 ? "  \(day.lateSamples) late" : "")
                    + (day.damage.map { "  DAMAGED: \($0)" } ?? ""))
        }
        for name in found.setAsideFiles { lines.append("  \(name)  put aside as damaged, not read") }
        for name in found.otherFiles { lines.append("  \(name)  not part of the store") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func hidden(_ count: Int) -> String {
        count > 0 ? " (\(count) hidden by deletions until cleaned)" : ""
    }

    /// The lines of a verification, and whether all was well.
    package static func verification(_ directory: String) throws -> (text: String, isWhole: Bool) {
        let found = try StoreVerification.check(directory)
        var lines = found.damages.map { damage in
            let times = [damage.firstUnixMilliseconds, damage.lastUnixMilliseconds].compactMap { $0 }.map {
                String(UTCTime(unixMilliseconds: $0).text.prefix(19))
            }
            return "\(damage.file): " + (damage.series.map { "\($0): " } ?? "") + damage.reason
                + (times.isEmpty ? "" : "; samples from " + times.joined(separator: " to "))
        }
        if found.unlistedDamages > 0 { lines.append("and \(found.unlistedDamages) more") }
        let verdict = found.damages.isEmpty ? "all is as it was written" : "DAMAGED"
        lines.append(
            "\(found.directory): \(found.files) databases of \(found.byteCount) bytes, \(found.samples) samples\(hidden(found.hiddenSamples)), "
                + "\(found.logRecords) records of the log: \(verdict)")
        return (lines.joined(separator: "\n") + "\n", found.damages.isEmpty)
    }
}
