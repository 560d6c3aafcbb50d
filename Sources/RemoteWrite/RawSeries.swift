/// One series of a message as ranges of the message's bytes.
struct RawSeries {
    struct Label {
        var name: Range<Int>
        var value: Range<Int>
    }

    var labels: [Label] = []
    /// The messages of its samples, without tag and length; the same for the next two.
    var samples: [Range<Int>] = []
    var histograms: [Range<Int>] = []
    /// With each the labels it has.
    var exemplars: [(content: Range<Int>, labels: [Label])] = []
    /// What 2.0 says of its family.
    var family = RawFamily()

    var units: Int { samples.count + histograms.count }

    mutating func removeAll() {
        labels.removeAll(keepingCapacity: true)
        samples.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
        exemplars.removeAll(keepingCapacity: true)
        family = RawFamily()
    }
}

/// What a message says of a family, as ranges of its bytes.
struct RawFamily {
    /// Empty where it is the series' own (2.0).
    var name = 0..<0
    var type: UInt64 = 0
    var help = 0..<0
    var unit = 0..<0

    var saysNothing: Bool { type == 0 && help.isEmpty && unit.isEmpty }
}
