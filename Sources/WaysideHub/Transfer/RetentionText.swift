internal import PromQL

/// How long samples are kept, in the words of Prometheus's `status/runtimeinfo`.
enum RetentionText {
    static func text(_ milliseconds: Int64) -> String {
        for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000)] as [(String, Int64)]
        where milliseconds % length == 0 {
            return "\(milliseconds / length)\(unit)"
        }
        return "\(milliseconds / 1000)s"
    }

    /// Prometheus says `15d`, or `15d or 50GiB` where both bounds are set; nil where no time is said.
    static func milliseconds(_ text: String) -> Int64? {
        text.split(separator: " ").first.flatMap { NumberText.duration(String($0)) }
    }
}
