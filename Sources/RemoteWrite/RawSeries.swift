/// One series of a message as ranges of the message's bytes.
struct RawSeries {
    struct Label {
        var name: Range<Int>
        var value: Range<Int>

        var byteCount: Int { name.count + value.count }
    }

    private(set) var labels: [Label] = []
    /// The messages of its samples, without tag and length; the same for the next two.
    private(set) var samples: [Range<Int>] = []
    private(set) var histograms: [Range<Int>] = []
    /// With each the labels it has.
    private(set) var exemplars: [(content: Range<Int>, labels: [Label])] = []
    /// What 2.0 says of its family.
    var family = RawFamily()
    /// Samples and histograms, those not kept because of a limit included.
    private(set) var units = 0
    /// Exemplars past the limits.
    private(set) var leftOutExemplars = 0
    /// Whether there is more of something than the limits allow, so that not all of it is here.
    private(set) var breaksLimits = false

    mutating func removeAll() {
        labels.removeAll(keepingCapacity: true)
        samples.removeAll(keepingCapacity: true)
        histograms.removeAll(keepingCapacity: true)
        exemplars.removeAll(keepingCapacity: true)
        family = RawFamily()
        units = 0
        leftOutExemplars = 0
        breaksLimits = false
    }

    mutating func refuse() { breaksLimits = true }

    mutating func append(_ label: Label, _ limits: DecodeLimits) {
        guard labels.count < limits.labelsPerSeriesLimit, label.name.count <= limits.labelNameByteLimit,
            label.value.count <= limits.labelValueByteLimit
        else { return refuse() }
        labels.append(label)
    }

    mutating func append(sample: Range<Int>, _ limits: DecodeLimits) {
        units += 1
        if units <= limits.sampleLimit { samples.append(sample) } else { refuse() }
    }

    mutating func append(histogram: Range<Int>, _ limits: DecodeLimits) {
        units += 1
        if units <= limits.sampleLimit { histograms.append(histogram) } else { refuse() }
    }

    /// Takes an exemplar, whose labels are nil where they are longer than any receiver takes.
    mutating func append(exemplar: Range<Int>, labels: [Label]?, _ limits: DecodeLimits) {
        guard let labels, exemplars.count < limits.exemplarLimit else {
            leftOutExemplars += 1
            return
        }
        exemplars.append((exemplar, labels))
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
    var byteCount: Int { name.count + help.count + unit.count }
}
