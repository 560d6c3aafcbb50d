/// How many series each sender has, against the limits of one sender and of all.
struct SeriesQuotas {
    private struct Sender {
        var name: String
        var seriesCount = 0
        var refusals: UInt64 = 0
    }

    /// The senders by name, at most `senderLimit`; those beyond share the number 0.
    private var numbers: [String: UInt32] = [:]
    private var senders = [Sender(name: "")]
    private var seriesCount = 0
    private let limit: Int
    private let limitPerSender: Int
    private let senderLimit: Int

    init(limit: Int, limitPerSender: Int, senderLimit: Int) {
        self.limit = limit
        self.limitPerSender = limitPerSender
        self.senderLimit = senderLimit
    }

    mutating func number(ofSender name: String) -> UInt32 {
        if let known = numbers[name] { return known }
        guard numbers.count < senderLimit else { return 0 }
        numbers[name] = UInt32(senders.count)
        senders.append(Sender(name: name))
        return UInt32(senders.count - 1)
    }

    /// Counts a new series, or a refusal.
    mutating func admit(_ sender: UInt32) -> Bool {
        guard seriesCount < limit, senders[Int(sender)].seriesCount < limitPerSender else {
            senders[Int(sender)].refusals += 1
            return false
        }
        count(sender)
        return true
    }

    mutating func count(_ sender: UInt32) {
        seriesCount += 1
        senders[Int(sender)].seriesCount += 1
    }

    /// No series and no senders, under the same limits.
    func emptied() -> SeriesQuotas {
        SeriesQuotas(limit: limit, limitPerSender: limitPerSender, senderLimit: senderLimit)
    }

    /// Counts a series that has moved here from `old`, and answers its sender's number here.
    mutating func move(_ sender: UInt32, from old: SeriesQuotas) -> UInt32 {
        let known = old.senders[Int(sender)]
        let number = sender == 0 ? 0 : self.number(ofSender: known.name)
        senders[Int(number)].refusals = known.refusals
        count(number)
        return number
    }

    /// Those that were refused most often first, at most `listLimit`. The empty name stands for the senders past their
    /// own limit.
    func offenders(listLimit: Int) -> [SeriesOffender] {
        let refused = senders.filter { $0.refusals > 0 }.sorted {
            $0.refusals != $1.refusals ? $0.refusals > $1.refusals : $0.name < $1.name
        }
        return refused.prefix(listLimit).map {
            SeriesOffender(sender: $0.name, seriesCount: $0.seriesCount, refusals: $0.refusals)
        }
    }
}
