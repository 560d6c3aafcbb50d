internal import MetricModel

extension DeviceRecord {
    enum Admission: Equatable {
        case duplicate
        /// To be taken, and how long before its arrival it was measured.
        case taken(lagNanoseconds: Int64)
    }

    /// Decides whether a message is new and when it was measured, and takes note of it. The same call with the same
    /// arguments replays a journal.
    mutating func admit(
        _ identity: MessageIdentity, arrival: Arrival, settings: DeviceIntakeSettings
    ) -> Admission {
        let admission =
            if let named = identity.boot {
                admit(identity, named, arrival, settings)
            } else {
                admitByUptime(identity, arrival, settings)
            }
        guard case .taken(let ownLag) = admission else {
            counts.duplicates += 1
            return .duplicate
        }
        counts.messages += 1
        if identity.stream == 0 { interval.note(uptimeMilliseconds: unwrapped(identity)) }
        let lag = identity.declaredLagMilliseconds.map { $0 * 1_000_000 } ?? ownLag
        note(arrival, lag)
        return .taken(lagNanoseconds: lag)
    }

    /// The device's newest data only ever becomes newer, whatever order messages come in.
    private mutating func note(_ arrival: Arrival, _ lag: Int64) {
        let measured = arrival.bootNanoseconds - lag
        lastHeardBootNanoseconds = max(lastHeardBootNanoseconds, arrival.bootNanoseconds)
        if let newestData, measured < newestData.bootNanoseconds { return }
        isDeclaredOffline = false
        newestData = DataTime(
            bootNanoseconds: measured, unixMilliseconds: arrival.unixMilliseconds - lag / 1_000_000,
            isSynchronised: arrival.isSynchronised)
    }

    private func unwrapped(_ identity: MessageIdentity) -> Int64 {
        guard identity.boot == nil, let modax else { return identity.uptimeMilliseconds }
        return modax.newestUptime
    }

    private mutating func admit(
        _ identity: MessageIdentity, _ named: MessageIdentity.Boot, _ arrival: Arrival,
        _ settings: DeviceIntakeSettings
    ) -> Admission {
        let uptime = identity.uptimeMilliseconds * 1_000_000
        if previousBoot?.bootID == named.bootID, boot?.bootID != named.bootID, var before = previousBoot {
            previousBoot = nil
            defer { previousBoot = before }
            return take(named.sequence, uptime, arrival, in: &before)
        }
        guard var current = boot, current.bootID == named.bootID else {
            beginBoot(named, uptime, arrival, settings)
            return .taken(lagNanoseconds: 0)
        }
        // Taken out while it is changed, so that its window is changed in place.
        boot = nil
        let admission = take(named.sequence, uptime, arrival, in: &current)
        let hasRestarted = current.behindCount >= DeviceBoot.restartCount
        boot = current
        guard hasRestarted else { return admission }
        beginBoot(named, uptime, arrival, settings)
        return .taken(lagNanoseconds: 0)
    }

    private mutating func take(
        _ sequence: UInt32, _ uptime: Int64, _ arrival: Arrival, in boot: inout DeviceBoot
    ) -> Admission {
        switch boot.window.take(sequence) {
        case .duplicate: return .duplicate
        case .behind:
            _ = boot.noteBehind(sequence)
            return .duplicate
        case .late: counts.reordered += 1
        case .next(let skippedCount): counts.lost = SafeSum.count(counts.lost, skippedCount)
        }
        boot.behindCount = 0
        return .taken(
            lagNanoseconds: boot.lag(arrivalNanoseconds: arrival.bootNanoseconds, uptimeNanoseconds: uptime))
    }

    private mutating func beginBoot(
        _ named: MessageIdentity.Boot, _ uptime: Int64, _ arrival: Arrival, _ settings: DeviceIntakeSettings
    ) {
        if boot != nil {
            counts.reboots += 1
            // A boot counts from 0. What came before the very first message we heard is not ours to miss.
            counts.lost = SafeSum.count(counts.lost, UInt64(named.sequence))
        }
        previousBoot = boot
        boot = DeviceBoot(
            bootID: named.bootID,
            window: SequenceWindow(first: named.sequence, messageCount: settings.redeliveryWindow),
            clock: UptimeClock(arrivalNanoseconds: arrival.bootNanoseconds, uptimeNanoseconds: uptime))
        interval.beginBoot()
    }

    private mutating func admitByUptime(
        _ identity: MessageIdentity, _ arrival: Arrival, _ settings: DeviceIntakeSettings
    ) -> Admission {
        guard var timeline = modax else {
            modax = ModaxTimeline(first: identity, arrival: arrival, windowLimit: settings.redeliveryWindow)
            return .taken(lagNanoseconds: 0)
        }
        modax = nil
        defer { modax = timeline }
        let verdict = timeline.take(
            identity, arrival: arrival, intervalMilliseconds: intervalMilliseconds ?? 0)
        guard case .taken(let lag, let isLate, let isReboot) = verdict else { return .duplicate }
        if isLate { counts.reordered += 1 }
        if isReboot {
            counts.reboots += 1
            interval.beginBoot()
        }
        return .taken(lagNanoseconds: lag)
    }
}
