/// Time and order of a mapped device that does not number its messages.
struct MappedTimeline: Equatable {
    enum Verdict: Equatable {
        case taken(lagNanoseconds: Int64, isLate: Bool, isReboot: Bool)
        case duplicate
    }

    /// Messages may pass each other by this much.
    private static let reorderMilliseconds: Int64 = 2_000
    /// An uptime that runs ahead of the gateway's clock by more than this is no delay but another boot.
    private static let leapMilliseconds: Int64 = 60_000

    var window: ContentWindow
    /// nil until an uptime has come since the agent's start.
    private(set) var clock: UptimeClock?
    private var newestUptime: Int64 = 0
    private var newestArrivalNanoseconds: Int64 = 0
    private var pace = TopicPace()

    init(windowLimit: Int) {
        window = ContentWindow(limit: windowLimit)
    }

    /// A message that says nothing by which it could be told from another with the same content is always new.
    mutating func take(_ identity: MessageIdentity, arrival: Arrival) -> Verdict {
        if let key = identity.contentKey {
            guard !window.contains(key) else { return .duplicate }
            window.insert(key)
        }
        guard identity.isUptimeKnown else { return .taken(lagNanoseconds: 0, isLate: false, isReboot: false) }
        return takeUptime(identity.uptimeMilliseconds, arrival)
    }

    private mutating func takeUptime(_ uptime: Int64, _ arrival: Arrival) -> Verdict {
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
        if step < 0 { return step < -MappedTimeline.reorderMilliseconds }
        let elapsed = (arrival.bootNanoseconds - newestArrivalNanoseconds) / 1_000_000
        return step - elapsed > MappedTimeline.leapMilliseconds + step / 16
    }

    /// The distance to the message before on the same topic, in milliseconds.
    mutating func distance(_ identity: MessageIdentity, arrival: Arrival) -> UInt32? {
        pace.note(
            topic: identity.topicHash,
            milliseconds: identity.isUptimeKnown ? identity.uptimeMilliseconds : arrival.bootNanoseconds / 1_000_000)
    }
}
