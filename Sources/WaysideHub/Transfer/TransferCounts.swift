internal import Daemon

/// What has become of the samples of an import or export so far.
struct TransferCounts: Sendable {
    /// Given to the receiver, which has answered.
    var sent = 0
    /// Of those, what it says it had already, with the same or another value.
    var duplicates = 0
    var conflicts = 0
    /// Not taken, by reason.
    private(set) var refused: [String: Int] = [:]
    /// Left out here, by reason.
    private(set) var leftOut: [String: Int] = [:]

    var refusedCount: Int { refused.values.reduce(0, +) }

    mutating func refuse(_ reason: String, _ count: Int) { if count > 0 { refused[reason, default: 0] += count } }
    mutating func leaveOut(_ reason: String, _ count: Int) { if count > 0 { leftOut[reason, default: 0] += count } }

    /// `1,234 samples; already there: 10; refused: too_old 3`.
    var text: String {
        var parts = ["\(Self.number(sent)) samples"]
        if duplicates > 0 { parts.append("already there: \(Self.number(duplicates))") }
        if conflicts > 0 { parts.append("there with another value, which stays: \(Self.number(conflicts))") }
        if !refused.isEmpty { parts.append("refused: \(Self.list(refused))") }
        if !leftOut.isEmpty { parts.append("left out: \(Self.list(leftOut))") }
        return parts.joined(separator: "; ")
    }

    private static func list(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \(number($0.value))" }.joined(separator: ", ")
    }

    static func number(_ count: Int) -> String { HumanText.count(UInt64(max(0, count))) }
}
