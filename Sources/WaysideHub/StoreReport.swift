internal import Daemon
internal import SampleStore

/// What `wayside-hub store inspect` prints.
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
                    + "\(day.samples) samples  \(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10) B each  "
                    + "\(times[0]) to \(times[1])" + (day.damage.map { "  DAMAGED: \($0)" } ?? ""))
        }
        for name in found.otherFiles { lines.append("  \(name)  not part of the store") }
        return lines.joined(separator: "\n") + "\n"
    }
}
