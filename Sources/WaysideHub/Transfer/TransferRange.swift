internal import LabelMatching
internal import LinuxSystem
internal import PromQL
internal import PrometheusAPI

/// Which samples a command is about, as its options say.
package struct TransferRange: Sendable {
    let sets: [[LabelMatcher]]
    /// Nil where it is not said.
    let from: Int64?
    let through: Int64?

    /// What an open end is: far from the ends of Int64, so that no sum leads over them.
    static let earliest = -(Int64.max / 4)
    static let latest = Int64.max / 4

    /// `selectors` as in PromQL, of which one must hold; times as seconds since 1970 or RFC 3339.
    package init(selectors: [String], start: String?, end: String?) throws(TransferFailure) {
        var sets: [[LabelMatcher]] = []
        for text in selectors {
            do {
                let matchers = try QueryParser.parseSelector(text)
                guard !matchers.allSatisfy(\.matchesEmpty) else {
                    throw TransferFailure(
                        "--match \(text): it must ask for something, as {job=\"node\"} does", isUsage: true)
                }
                sets.append(matchers)
            } catch let failure as TransferFailure {
                throw failure
            } catch {
                throw TransferFailure("--match \(text): \(error)", isUsage: true)
            }
        }
        if sets.isEmpty {
            do throws(PatternError) { sets = [[try LabelMatcher("__name__", .matches, ".+")]] } catch {
                throw TransferFailure("\(error)")
            }
        }
        self.sets = sets
        from = try Self.time("--start", start)
        through = try Self.time("--end", end)
        if let from, let through, from > through { throw TransferFailure("--start is after --end", isUsage: true) }
    }

    private static func time(_ option: String, _ text: String?) throws(TransferFailure) -> Int64? {
        guard let text else { return nil }
        guard let time = TimeText.unixMilliseconds(text), time > earliest, time < latest else {
            throw TransferFailure(
                "\(option) \(text): expected seconds since 1970 or a time such as 2026-11-20T10:00:00Z", isUsage: true)
        }
        return time
    }
}
