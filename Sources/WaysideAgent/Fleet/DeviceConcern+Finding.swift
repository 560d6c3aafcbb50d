internal import DeviceIntake
internal import Wear

extension DeviceConcern {
    /// Losses below this part of all messages are left to the metrics: a radio link has some.
    static let lossFraction = 0.01

    /// A component worn so far, or with so little left, is something to plan for: a week to order the part.
    static let wornPercentage = 90.0
    static let wornHours = 168.0

    /// Which components need a look, the most worn first.
    static func found(in wear: [WearStatus]) -> [DeviceConcern] {
        let worn = wear.filter { status in
            let hours = status.remaining.estimate?.hours
            return status.percentage.map { $0 >= wornPercentage } ?? false || hours.map { $0 < wornHours } ?? false
        }
        return worn.sorted { $0.percentage ?? 0 > $1.percentage ?? 0 }.map {
            .worn(
                component: $0.component, percentage: $0.percentage ?? 0, remainingHours: $0.remaining.estimate?.hours)
        }
    }

    /// What is wrong with a device, worst first. `recent` is what was counted lately.
    static func found(in device: DeviceStatus, recent: DeviceCounts) -> [DeviceConcern] {
        var concerns: [DeviceConcern] = []
        switch device.state {
        case .online: break
        case .stale:
            concerns.append(
                .silent(milliseconds: device.ageMilliseconds ?? 0, isLowerBound: device.isAgeLowerBound))
        case .offline: concerns.append(.offline(milliseconds: device.ageMilliseconds))
        case .unheard: concerns.append(.unheard)
        }
        // A message that came late was counted as lost before.
        let lost = recent.lost - min(recent.lost, recent.reordered)
        let sent = recent.messages + lost
        if lost > 0, Double(lost) >= lossFraction * Double(sent) { concerns.append(.losing(lost: lost, sent: sent)) }
        if recent.reboots > 0 {
            concerns.append(.rebooting(count: recent.reboots, lastReason: device.resetReason))
        }
        if let most = zip(MalformedReason.allCases, recent.malformed).max(by: { $0.1 < $1.1 }), most.1 > 0 {
            let count = recent.malformed.reduce(0, +)
            concerns.append(.malformed(count: count, reason: most.0.rawValue))
        }
        if recent.refusedMessages > 0 { concerns.append(.flooding(count: recent.refusedMessages)) }
        // Of a device that is away all are missing, and its absence says so.
        if device.state == .online, !device.missingReadings.isEmpty {
            concerns.append(.missing(device.missingReadings))
        }
        if recent.implausiblePaces > 0 { concerns.append(.implausibleClock) }
        if recent.refusedReadings > 0 { concerns.append(.refused(count: recent.refusedReadings)) }
        return concerns
    }
}
