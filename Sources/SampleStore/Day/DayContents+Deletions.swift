internal import LabelMatching

/// Reading a day without what is deleted from it.
extension DayContents {
    /// The samples of a series of the final form.
    func samples(
        of series: FinalSeries, name: String, in final: FinalReading, from: Int64, through: Int64
    ) throws(StoreError) -> SampleRun {
        var orders: [DayDeletion] = []
        if !deletions.isEmpty { orders = deletions.touching(packedLabels: try final.packedLabels(series, name: name)) }
        var run = SampleRun()
        try final.collect(series, from: from, through: through, except: orders, into: &run)
        return run
    }

    /// The samples of a series of the tables that seals write.
    func samples(
        ofSealed series: UInt32, in sealed: DayReading, seals: [Int64], from: Int64, through: Int64
    ) throws(StoreError) -> SampleRun {
        var orders: [DayDeletion] = []
        if !deletions.isEmpty, let labels = try sealed.packedLabels(series: series) {
            orders = deletions.touching(packedLabels: labels)
        }
        var run = SampleRun()
        try sealed.collect(
            series: Int64(series), seals: seals, from: from, through: through, except: orders, into: &run)
        return run
    }

    /// Whether the series of the final form has a sample left in the range. One that no order means is believed to, as
    /// without orders. What cannot be read may be one.
    func isLeft(
        _ series: FinalSeries, _ labels: [UInt8], in final: FinalReading, from: Int64, through: Int64
    ) throws(StoreError) -> Bool {
        let orders = deletions.touching(packedLabels: labels)
        if orders.isEmpty { return true }
        var run = SampleRun()
        try final.collect(series, from: from, through: through, except: orders, into: &run)
        return run.hasAny
    }

    /// The same of a series of the tables that seals write.
    func isLeft(
        sealed series: UInt32, _ labels: [UInt8], in sealed: DayReading, seals: [Int64], from: Int64, through: Int64
    ) throws(StoreError) -> Bool {
        let orders = deletions.touching(packedLabels: labels)
        if orders.isEmpty { return true }
        var run = SampleRun()
        try sealed.collect(
            series: Int64(series), seals: seals, from: from, through: through, except: orders, into: &run)
        return run.hasAny
    }

    /// Whether the day has a sample of a matching series in the range, or something there that cannot be read.
    func hasSamples(_ matchers: [LabelMatcher], from: Int64, through: Int64) throws(StoreError) -> Bool {
        if let final, final.overlaps(from, through) {
            for (name, all) in try final.select(matchers) {
                for series in all
                where try samples(of: series, name: name, in: final, from: from, through: through).hasAny {
                    return true
                }
            }
        }
        guard let sealed else { return false }
        let seals = try sealed.seals(from: from, through: through)
        guard !seals.isEmpty else { return false }
        for number in try sealed.select(matchers)
        where try samples(ofSealed: number, in: sealed, seals: seals, from: from, through: through).hasAny {
            return true
        }
        return false
    }
}

extension FinalReading {
    /// Adds the series' samples but those that the orders cover.
    func collect(
        _ series: FinalSeries, from: Int64, through: Int64, except orders: [DayDeletion], into run: inout SampleRun
    ) throws(StoreError) {
        if orders.isEmpty { return try collect(series, from: from, through: through, into: &run) }
        var found = SampleRun()
        try collect(series, from: from, through: through, into: &found)
        found.remove(times: orders.times())
        run.append(found)
    }
}

extension DayReading {
    /// Adds the series' samples in these seals but those that the orders cover.
    func collect(
        series: Int64, seals: [Int64], from: Int64, through: Int64, except orders: [DayDeletion],
        into run: inout SampleRun
    ) throws(StoreError) {
        for seal in seals {
            guard !orders.isEmpty else {
                try collect(series: series, seal: seal, from: from, through: through, into: &run)
                continue
            }
            var found = SampleRun()
            try collect(series: series, seal: seal, from: from, through: through, into: &found)
            found.remove(times: orders.times(ofSeal: seal))
            run.append(found)
        }
    }
}
