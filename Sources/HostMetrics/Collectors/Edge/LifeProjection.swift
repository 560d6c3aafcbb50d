/// How long a disk lasts if it goes on being written to as at present: published only when what it is made of is known, else
/// the reason why not.
enum LifeProjection: Equatable {
    case seconds(Double)
    case missing(Reason)

    /// What keeps a projection from being published; the raw value is the label.
    enum Reason: String, CaseIterable {
        /// The device does not say how worn it is.
        case noLifeEstimate = "no_life_estimate"
        /// Nobody declared how many bytes the device endures, and it does not say so by its own counters.
        case noEndurance = "no_endurance"
        /// The device's own counters are too low to divide by: less than 2 % is used.
        case littleWear = "little_wear"
        /// There is less than a day of history.
        case shortHistory = "short_history"
        /// Less than a byte a second was written, which projects to ages.
        case fewWrites = "few_writes"
        /// The device says that its life is over.
        case exceeded
    }

    /// The remaining share of the endurance divided by the present rate. Devices round what is used up, so it is what is left at
    /// least.
    ///
    /// `usedRatio` is what the device says is used of its life, `enduranceBytes` what it takes in a whole life.
    init(usedRatio: Double?, enduranceBytes: Double?, bytesPerSecond: Double?) {
        guard let usedRatio else {
            self = .missing(.noLifeEstimate)
            return
        }
        if usedRatio > 1 {
            self = .missing(.exceeded)
        } else if let enduranceBytes {
            if let bytesPerSecond {
                self =
                    bytesPerSecond < 1
                    ? .missing(.fewWrites) : .seconds((1 - usedRatio) * enduranceBytes / bytesPerSecond)
            } else {
                self = .missing(.shortHistory)
            }
        } else {
            self = .missing(.noEndurance)
        }
    }
}
