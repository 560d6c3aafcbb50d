internal import LabelMatching

/// What deletions hide in a day's file until it is cleaned.
extension DayContents {
    /// How many of the file's samples its orders cover. Only the series that an order means are read; without orders
    /// nothing is. What cannot be read is not counted.
    func hiddenSampleCount() throws(StoreError) -> Int {
        guard !deletions.isEmpty else { return 0 }
        var count = 0
        if let final {
            // A series that several orders mean is looked at once.
            var seen: Set<[UInt8]> = []
            for order in deletions.orders {
                for (name, all) in try final.select(order.matchers) {
                    for series in all {
                        let labels = try final.packedLabels(series, name: name)
                        guard seen.insert(labels).inserted else { continue }
                        var run = SampleRun()
                        try final.collect(series, from: .min, through: .max, into: &run)
                        let before = run.count
                        run.remove(times: deletions.touching(packedLabels: labels).times())
                        count += before - run.count
                    }
                }
            }
        }
        if let sealed { count += try hiddenSampleCount(in: sealed) }
        return count
    }

    private func hiddenSampleCount(in sealed: DayReading) throws(StoreError) -> Int {
        var count = 0
        let seals = try sealed.seals(from: .min, through: .max)
        var seen: Set<UInt32> = []
        for order in deletions.orders {
            for number in try sealed.select(order.matchers) where seen.insert(number).inserted {
                guard let labels = try sealed.packedLabels(series: number) else { continue }
                let orders = deletions.touching(packedLabels: labels)
                for seal in seals {
                    var run = SampleRun()
                    try sealed.collect(series: Int64(number), seal: seal, from: .min, through: .max, into: &run)
                    let before = run.count
                    run.remove(times: orders.times(ofSeal: seal))
                    count += before - run.count
                }
            }
        }
        return count
    }
}
