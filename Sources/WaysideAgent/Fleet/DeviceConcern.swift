internal import Daemon

/// One thing about a device that its operator should look at, worst first.
enum DeviceConcern: Sendable, Equatable {
    /// No message for longer than it may be silent.
    case silent(milliseconds: Int64, isLowerBound: Bool)
    /// It said so itself, or its broker did when the connection broke.
    case offline(milliseconds: Int64?)
    /// Only retained messages, of unknown age.
    case unheard
    /// That many of all messages never came.
    case losing(lost: UInt64, sent: UInt64)
    case rebooting(count: UInt64, lastReason: String)
    case malformed(count: UInt64, reason: String)
    /// Readings beyond the limits of series, or of codes that this agent does not know.
    case refused(count: UInt64)
    /// Messages beyond what one device may send.
    case flooding(count: UInt64)
    /// Readings that its birth message declares and that do not come.
    case missing([String])
    /// Its uptime goes at a pace that no clock has.
    case implausibleClock
    /// A component is nearly used up, or will be soon.
    case worn(component: String, percentage: Double, remainingHours: Double?)

    /// So many missing readings are named on the screen.
    private static let missingLimit = 3

    /// For programs, on `/api/v1/devices`.
    var code: String {
        switch self {
        case .silent: "silent"
        case .offline: "offline"
        case .unheard: "unheard"
        case .losing: "losing"
        case .rebooting: "rebooting"
        case .malformed: "malformed"
        case .refused: "refused"
        case .flooding: "flooding"
        case .missing: "missing"
        case .implausibleClock: "clock"
        case .worn: "worn"
        }
    }

    /// Whether the device's readings are not to be had, rather than to be doubted.
    var isOutage: Bool {
        switch self {
        case .silent, .offline, .unheard: true
        case .losing, .rebooting, .malformed, .refused, .flooding, .missing, .implausibleClock, .worn: false
        }
    }

    /// For people: `lost 12.5 % of its messages (50 of 400)`.
    var text: String {
        switch self {
        case .silent(let milliseconds, let isLowerBound):
            "silent for \(isLowerBound ? "at least " : "")\(HumanText.age(milliseconds))"
        case .offline(let milliseconds):
            "offline" + (milliseconds.map { ", last data \(HumanText.age($0)) ago" } ?? ", no data yet")
        case .unheard: "known by retained messages only"
        case .losing(let lost, let sent):
            "lost \(HumanText.fixed(100 * Double(lost) / Double(max(1, sent)), 1)) % of its messages "
                + "(\(HumanText.count(lost)) of \(HumanText.count(sent)))"
        case .rebooting(let count, let lastReason):
            "\(HumanText.count(count)) reboot\(count == 1 ? "" : "s")"
                + (lastReason.isEmpty || lastReason == "unknown" ? "" : ", the last by \(lastReason)")
        case .malformed(let count, let reason):
            "\(HumanText.count(count)) malformed message\(count == 1 ? "" : "s") (\(reason))"
        case .refused(let count):
            "\(HumanText.count(count)) reading\(count == 1 ? "" : "s") refused: unknown, or beyond "
                + "devices.series_per_device"
        case .flooding(let count):
            "\(HumanText.count(count)) message\(count == 1 ? "" : "s") refused: beyond devices.message_rate"
        case .missing(let names):
            "declared and missing: " + names.prefix(DeviceConcern.missingLimit).joined(separator: ", ")
                + (names.count > DeviceConcern.missingLimit
                    ? " and \(names.count - DeviceConcern.missingLimit) more" : "")
        case .implausibleClock: "its uptime goes at a pace that no clock has"
        case .worn(let component, let percentage, let remainingHours):
            "\(component) worn \(HumanText.fixed(percentage, 0)) %"
                + (remainingHours.map { ", about \(HumanText.fixed($0, 0)) h left" } ?? "")
        }
    }
}
