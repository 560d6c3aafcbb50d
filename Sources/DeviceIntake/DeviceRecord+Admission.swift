internal import MetricModel

extension DeviceRecord {
    enum Admission: Equatable {
        case duplicate
        /// To be taken, and how long before its arrival it was measured. With `isRestart` it was behind the window,
        /// and the last of so many that the device must have begun to count anew.
        case taken(lagNanoseconds: Int64, isRestart: Bool = false)
    }

    /// Decides whether a message is new and when it was measured, and takes note of it.
    ///
    /// A message of a journal was taken before: `wasRestart` then says how, because the messages that made it a
    /// restart were dropped and are in no journal.
    mutating func admit(
        _ identity: MessageIdentity, arrival: Arrival, settings: DeviceIntakeSettings, wasRestart: Bool? = nil
    ) -> Admission {
        let admission =
            if let named = identity.boot {
                admit(identity, named, arrival, settings, wasRestart)
            } else if profile == .mapped {
                admitByContent(identity, arrival, settings, wasTaken: wasRestart != nil)
            } else {
                admitByUptime(identity, arrival, settings)
            }
        guard case .taken(let ownLag, let isRestart) = admission else {
            if wasRestart == nil { counts.duplicates += 1 }
            return .duplicate
        }
        counts.messages += 1
        if profile == .mapped {
            notePace(identity, arrival, settings)
        } else if identity.stream == 0 {
            interval.note(uptimeMilliseconds: unwrapped(identity))
        }
        // Without an uptime nothing is known of how long a message was on its way.
        let longest = SafeSum.nanoseconds(milliseconds: settings.forgetAfterMilliseconds)
        let fittedLag = identity.isUptimeKnown ? min(ownLag, longest) : 0
        let lag = identity.declaredLagMilliseconds.map { $0 * 1_000_000 } ?? fittedLag
        fittedLagNanoseconds = fittedLag
        isClockDeclared = identity.declaredLagMilliseconds != nil
        note(identity, arrival, lag)
        return .taken(lagNanoseconds: lag, isRestart: isRestart)
    }

    /// The device's newest data only ever becomes newer, whatever order messages come in.
    private mutating func note(_ identity: MessageIdentity, _ arrival: Arrival, _ lag: Int64) {
        let measured = arrival.bootNanoseconds - lag
        hear(arrival)
        if let newestData, measured < newestData.bootNanoseconds { return }
        isDeclaredOffline = false
        guard identity.hasValue else { return }
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
        _ settings: DeviceIntakeSettings, _ wasRestart: Bool?
    ) -> Admission {
        let uptime = identity.uptimeMilliseconds * 1_000_000
        if wasRestart == true {
            beginBoot(named, uptime, arrival, settings)
            return .taken(lagNanoseconds: 0, isRestart: true)
        }
        guard var current = boot, current.bootID == named.bootID else {
            if let place = pastBoots.firstIndex(where: { $0.bootID == named.bootID }) {
                // Taken out while it is changed, so that its window is changed in place.
                var past = pastBoots.remove(at: place)
                defer {
                    past.clock?.reduceToLine()
                    pastBoots.insert(past, at: place)
                }
                return take(named.sequence, uptime, arrival, in: &past)
            }
            beginBoot(named, uptime, arrival, settings)
            return .taken(lagNanoseconds: 0)
        }
        boot = nil
        let admission = take(named.sequence, uptime, arrival, in: &current)
        let hasRestarted =
            wasRestart == nil && !identity.isAuthentic && current.behindCount >= DeviceBoot.restartCount
        boot = current
        guard hasRestarted else { return admission }
        beginBoot(named, uptime, arrival, settings)
        return .taken(lagNanoseconds: 0, isRestart: true)
    }

    private mutating func take(
        _ sequence: UInt32, _ uptime: Int64, _ arrival: Arrival, in boot: inout DeviceBoot
    ) -> Admission {
        switch boot.window.take(sequence) {
        case .duplicate: return .duplicate
        case .behind:
            boot.noteBehind(sequence)
            return .duplicate
        case .late: counts.reordered += 1
        case .next(let skippedCount): counts.lost = SafeSum.count(counts.lost, skippedCount)
        }
        boot.behindCount = 0
        let lag = boot.lag(arrivalNanoseconds: arrival.bootNanoseconds, uptimeNanoseconds: uptime)
        if boot.clock?.isPaceImplausible == true { counts.implausiblePaces += 1 }
        return .taken(lagNanoseconds: lag)
    }

    private mutating func beginBoot(
        _ named: MessageIdentity.Boot, _ uptime: Int64, _ arrival: Arrival, _ settings: DeviceIntakeSettings
    ) {
        if boot != nil {
            counts.reboots += 1
            // A boot counts from 0. What came before the very first message we heard is not ours to miss.
            counts.lost = SafeSum.count(counts.lost, UInt64(named.sequence))
        }
        let slope = boot?.clock?.line.slope ?? 0
        boot?.clock?.reduceToLine()
        // A boot that counts anew under its own id replaces what was known under it, and its births are older by uptime.
        if boot?.bootID == named.bootID, lastBirth?.bootID == named.bootID { lastBirth = nil }
        pastBoots.removeAll { $0.bootID == named.bootID }
        if let boot, boot.bootID != named.bootID { pastBoots.insert(boot, at: 0) }
        let limit = DeviceBoot.pastLimit(windowWordCount: (settings.redeliveryWindow + 63) / 64)
        if pastBoots.count > limit { pastBoots.removeLast(pastBoots.count - limit) }
        boot = DeviceBoot(
            bootID: named.bootID,
            window: SequenceWindow(first: named.sequence, messageCount: settings.redeliveryWindow),
            clock: UptimeClock(
                arrivalNanoseconds: arrival.bootNanoseconds, uptimeNanoseconds: uptime, slope: slope))
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
        if timeline.clock?.isPaceImplausible == true { counts.implausiblePaces += 1 }
        if isReboot {
            counts.reboots += 1
            interval.beginBoot()
        }
        return .taken(lagNanoseconds: lag)
    }
}
