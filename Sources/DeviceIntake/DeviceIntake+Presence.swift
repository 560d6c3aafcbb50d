internal import DeviceProtocol
internal import MetricModel

extension DeviceIntake {
    /// A birth describes the device, unless something newer is known of it. A live one names the boot that is running,
    /// if that boot is not known to be over; a retained one may be of any boot, so it is taken only where messages do not
    /// show another. Of one boot the uptime says which birth is newer.
    ///
    /// Births have no number: an older one that is late cannot be told from one that comes again, and counts as that.
    mutating func takeBirth(_ index: Int, isRetained: Bool, _ clock: ClockReading) -> IntakeOutcome {
        guard let bootID = decoded.bootID, let uptime = decoded.uptimeMilliseconds else {
            preconditionFailure("the decoder lets no birth through without these")
        }
        let identity = DeviceRecord.BirthIdentity(bootID: bootID, uptimeMilliseconds: uptime)
        if records[index].lastBirth == identity {
            // After a restart the birth is known and what it declares is not: the broker brings that again.
            if !records[index].hasDeclared { takeDeclarations(index) }
            if !isRetained { records[index].counts.duplicates += 1 }
            return .duplicate
        }
        if records[index].isOutdated(identity, isRetained: isRetained) {
            if isRetained { return .retained }
            records[index].counts.duplicates += 1
            return .duplicate
        }
        if !isRetained {
            records[index].counts.messages += 1
            records[index].isDeclaredOffline = false
            records[index].hear(Arrival(clock))
        }
        countReset(index, bootID: bootID, isRetained: isRetained)
        records[index].lastBirth = identity
        if let interval = decoded.intervalMilliseconds { records[index].declaredIntervalMilliseconds = interval }
        records[index].firmware = decoded.string(decoded.firmware)
        records[index].model = decoded.string(decoded.model)
        records[index].resetReason = decoded.string(decoded.resetReason)
        takeDeclarations(index)
        renewInfo(index)
        return .accepted(sampleCount: 0)
    }

    private mutating func takeDeclarations(_ index: Int) {
        records[index].declare(decoded)
        // None is an answer too: what an earlier firmware declared ends.
        declaredWear[records[index].id] = decoded.wear
    }

    /// What devices have declared of wear since the last call, by device id; a device's newest declaration replaces its
    /// older ones. There are at most as many as devices.
    package mutating func drainDeclaredWear() -> [String: [DeclaredWear]] {
        defer { declaredWear = [:] }
        return declaredWear
    }

    /// Whether the device may send this message too. States and retained messages are the broker's, and cost nothing.
    mutating func isWithinRate(_ index: Int, _ message: DeviceMessage, _ clock: ClockReading) -> Bool {
        guard !message.isRetained, decoded.isOffline == nil else { return true }
        let (rate, burst) = (settings.messageRatePerSecond, settings.messageBurst)
        var budget =
            records[index].budget ?? MessageBudget(burst: burst, arrivalNanoseconds: clock.bootNanoseconds)
        defer { records[index].budget = budget }
        return budget.take(
            arrivalNanoseconds: clock.bootNanoseconds, bootID: decoded.bootID,
            milliseconds: decoded.uptimeMilliseconds ?? decoded.unixMilliseconds, ratePerSecond: rate, burst: burst)
    }

    /// A boot counts once, however often its birth comes; a retained birth only if messages have shown that it is of
    /// the boot that is running.
    private mutating func countReset(_ index: Int, bootID: UInt32, isRetained: Bool) {
        guard records[index].lastBirth?.bootID != bootID else { return }
        guard !isRetained || records[index].boot?.bootID == bootID else { return }
        let reason = decoded.received?.resetReason ?? .unknown
        records[index].counts.resets[reason.index] += 1
        makeResetSeries(index)
    }

    /// Makes the series of the resets that have been counted for a device, and of those that an alert waits for.
    mutating func makeResetSeries(_ index: Int) {
        let resets = records[index].counts.resets
        guard resets.contains(where: { $0 > 0 }) else { return }
        for reason in ResetReason.counted where resets[reason.index] > 0 || ResetReason.alarming.contains(reason) {
            guard records[index].series.resets[reason.index] == nil else { continue }
            records[index].series.resets[reason.index] = Series(
                family: families.resets, scope: scope, labelValues: [records[index].id, "\(reason.name)"])
        }
    }

    /// The broker publishes a last will when it notices that a connection is gone, which can be after the device has
    /// connected anew: a will of another boot than the one that is sending says nothing.
    mutating func takeState(_ index: Int) -> IntakeOutcome {
        guard let isOffline = decoded.isOffline else {
            preconditionFailure("the decoder lets no state through without one")
        }
        if let bootID = decoded.bootID, let boot = records[index].boot, boot.bootID != bootID, isOffline {
            return .accepted(sampleCount: 0)
        }
        records[index].isDeclaredOffline = isOffline
        return .accepted(sampleCount: 0)
    }

    /// Makes the info series of what the device says of itself; the one before is ended by the next tick.
    mutating func renewInfo(_ index: Int) {
        let device = records[index]
        let labels = [device.id, device.profile.name, device.firmware, device.model, device.resetReason]
        guard device.series.info.labelValues != labels else { return }
        if device.isInfoEmitted { ended.append(device.series.info) }
        records[index].isInfoEmitted = false
        records[index].series.info = Series(family: families.info, scope: scope, labelValues: labels)
    }
}
