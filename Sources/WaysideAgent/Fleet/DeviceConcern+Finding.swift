internal import DeviceIntake

extension DeviceConcern {
    /// Losses below this part of all messages are left to the metrics: a radio link has some.
    static let lossFraction = 0.01

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
