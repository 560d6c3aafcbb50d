internal import MetricModel

/// How many series each sender has, and bytes of their labels, against the limits of one sender and of all.
struct SeriesQuotas {
    private struct Sender {
        var name: String
        var seriesCount = 0
        var labelByteCount = 0
        var refusals: UInt64 = 0
    }

    /// The senders by name, at most `agentLimit`; those beyond share the number 0.
    private var numbers: [ExactText: UInt32] = [:]
    private var senders = [Sender(name: "")]
    private var seriesCount = 0
    private var labelByteCount = 0
    private let settings: StoreSettings

    init(settings: StoreSettings) { self.settings = settings }

    mutating func number(ofSender name: String) -> UInt32 {
        let key = ExactText(name)
        if let known = numbers[key] { return known }
        guard numbers.count < settings.agentLimit else { return 0 }
        numbers[key] = UInt32(senders.count)
        senders.append(Sender(name: name))
        return UInt32(senders.count - 1)
    }

    /// Counts a new series, or a refusal, whose reason it answers.
    mutating func admit(_ sender: UInt32, labelByteCount added: Int) -> IngestRefusal.Reason? {
        let known = senders[Int(sender)]
        var reason: IngestRefusal.Reason?
        if seriesCount >= settings.seriesLimit || known.seriesCount >= settings.seriesPerSenderLimit {
            reason = .overSeriesLimit
        } else if labelByteCount + added > settings.labelByteLimit
            || known.labelByteCount + added > settings.labelBytesPerSenderLimit
        {
            reason = .overLabelByteLimit
        }
        if reason == nil { count(sender, added) } else { senders[Int(sender)].refusals += 1 }
        return reason
    }

    private mutating func count(_ sender: UInt32, _ added: Int) {
        seriesCount += 1
        labelByteCount += added
        senders[Int(sender)].seriesCount += 1
        senders[Int(sender)].labelByteCount += added
    }

    /// Counts a series that has moved here from `old`, and answers its sender's number here.
    mutating func move(_ sender: UInt32, labelByteCount moved: Int, from old: SeriesQuotas) -> UInt32 {
        let known = old.senders[Int(sender)]
        let number = sender == 0 ? 0 : self.number(ofSender: known.name)
        senders[Int(number)].refusals = known.refusals
        count(number, moved)
        return number
    }

    /// Those that were refused most often first, at most `listLimit`. The empty name stands for the senders past their
    /// own limit.
    func offenders(listLimit: Int) -> [SeriesOffender] {
        let refused = senders.filter { $0.refusals > 0 }.sorted {
            $0.refusals != $1.refusals ? $0.refusals > $1.refusals : ExactText($0.name) < ExactText($1.name)
        }
        return refused.prefix(listLimit).map {
            SeriesOffender(sender: $0.name, seriesCount: $0.seriesCount, refusals: $0.refusals)
        }
    }
}
