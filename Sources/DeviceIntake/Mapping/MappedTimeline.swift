/// Time and order of a mapped device that does not number its messages.
struct MappedTimeline: Equatable {
    /// A broker delivers again what it did not see acknowledged before its connection was lost, or, after a crash of its
    /// own, since it last wrote down what it holds: mosquitto does that every half hour.
    private static let redeliverySeconds: Int64 = 3600

    var window: ContentWindow
    /// nil until an uptime has come since the agent's start.
    private(set) var clock: UptimeClock?
    private var newestUptime: Int64 = 0
    private var newestArrivalNanoseconds: Int64 = 0
    private var pace = TopicPace()
    /// When a message was taken last, in seconds of CLOCK_BOOTTIME.
    private var lastTakenSeconds: Int64?

    init(windowLimit: Int) {
        window = ContentWindow(limit: windowLimit)
    }

    /// A message that says nothing by which it could be told from another with the same content is always new. With
    /// `wasTaken` it is of a journal, and was found to be new before.
    mutating func take(_ identity: MessageIdentity, arrival: Arrival, wasTaken: Bool = false) -> TimelineVerdict {
        let now = arrival.bootNanoseconds / 1_000_000_000
        if let key = identity.contentKey {
            if let place = window.place(of: key), !wasTaken {
                let isNew = isOfAnotherBoot(identity, sameAs: place)
                window.renew(place, arrivalSeconds: now)
                guard isNew else { return .duplicate }
            }
            // Among the newest, though it may have an older place too.
            window.insert(key, arrivalSeconds: now)
        }
        lastTakenSeconds = max(lastTakenSeconds ?? now, now)
        guard identity.isUptimeKnown else { return .taken(lagNanoseconds: 0, isLate: false, isReboot: false) }
        return takeUptime(identity.uptimeMilliseconds, arrival)
    }

    /// Whether a message that is equal to an earlier one is no redelivery of it, but of a device that counts from the
    /// beginning again. A message that says when it was measured is the same one whenever it comes.
    ///
    /// What a broker delivers again it has under way, and so nothing was taken long after it. Sooner than that it cannot
    /// be known: a device that starts twice within the hour and says the same under the same number again is taken for
    /// the broker, and so is one whose first messages a restart of the agent has left without their times.
    private func isOfAnotherBoot(_ identity: MessageIdentity, sameAs place: Int) -> Bool {
        guard !identity.hasTime, let lastTakenSeconds else { return false }
        return window.isOlder(
            place, thanSeconds: MappedTimeline.redeliverySeconds, beforeSeconds: lastTakenSeconds)
    }

    private mutating func takeUptime(_ uptime: Int64, _ arrival: Arrival) -> TimelineVerdict {
        guard var clock, !isReboot(uptime, arrival) else {
            let isReboot = clock != nil
            clock = UptimeClock(
                arrivalNanoseconds: arrival.bootNanoseconds, uptimeNanoseconds: uptime * 1_000_000)
            newestUptime = uptime
            newestArrivalNanoseconds = arrival.bootNanoseconds
            return .taken(lagNanoseconds: 0, isLate: false, isReboot: isReboot)
        }
        let lag = clock.lag(arrivalNanoseconds: arrival.bootNanoseconds, uptimeNanoseconds: uptime * 1_000_000)
        self.clock = clock
        let isLate = uptime < newestUptime
        if !isLate {
            newestUptime = uptime
            newestArrivalNanoseconds = arrival.bootNanoseconds
        }
        return .taken(lagNanoseconds: lag, isLate: isLate, isReboot: false)
    }

    private func isReboot(_ uptime: Int64, _ arrival: Arrival) -> Bool {
        let step = uptime - newestUptime
        if step < 0 { return step < -UptimeOrder.reorderMilliseconds }
        let elapsed = (arrival.bootNanoseconds - newestArrivalNanoseconds) / 1_000_000
        return step - elapsed > UptimeOrder.leapMilliseconds + step / 16
    }

    /// The distance to the message before on the same topic, in milliseconds.
    mutating func distance(_ identity: MessageIdentity, arrival: Arrival) -> UInt32? {
        pace.note(
            topic: identity.topicHash,
            milliseconds: identity.isUptimeKnown ? identity.uptimeMilliseconds : arrival.bootNanoseconds / 1_000_000)
    }
}
