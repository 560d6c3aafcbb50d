/// One sample in the head.
struct HeadSample {
    var unixMilliseconds: Int64
    var value: Double
}

/// One series in the head. Its samples are in two generations: the active one, and while a seal runs, the frozen one.
///
/// A generation is an open run of raw samples in ascending order and a string of small chunks, each behind its length
/// (LEB128). No time occurs twice in the two generations together. Chunks may overlap in time where samples came late.
struct HeadSeries {
    struct Generation {
        var open: [HeadSample] = []
        var closed: [UInt8] = []
        /// The range of all samples; `earliest` above `latest` where there are none.
        var earliest = Int64.max
        var latest = Int64.min

        var isEmpty: Bool { earliest > latest }

        func overlaps(_ from: Int64, _ through: Int64) -> Bool { earliest <= through && latest >= from }
    }

    let labels: LabelArena.Slice
    let hash: UInt64
    let sender: UInt32
    var active = Generation()
    var frozen = Generation()
    /// The newest time ever taken in, so that most samples are known to be new without a look.
    var latest = Int64.min
    /// The day files hold no newer sample of this series; a newer one need not be looked for there.
    var sealedThrough: Int64

    init(labels: LabelArena.Slice, hash: UInt64, sender: UInt32, sealedThrough: Int64) {
        self.labels = labels
        self.hash = hash
        self.sender = sender
        self.sealedThrough = sealedThrough
    }

    func overlaps(_ from: Int64, _ through: Int64) -> Bool {
        active.overlaps(from, through) || frozen.overlaps(from, through)
    }
}
