/// Series gathered from several places, each once.
struct StoredSeriesList {
    private(set) var series: [StoredSeries] = []
    private var numbers: [[UInt8]: Int] = [:]

    /// Adds what one place has, no series twice. Most queries have one place, and need no look-up.
    mutating func add(_ found: [StoredSeries]) {
        if series.isEmpty {
            series = found
            return
        }
        if found.isEmpty { return }
        if numbers.isEmpty {
            numbers.reserveCapacity(series.count)
            for (number, one) in series.enumerated() { numbers[one.packedLabels] = number }
        }
        for one in found {
            if let number = numbers[one.packedLabels] {
                series[number].pieces += one.pieces
            } else {
                numbers[one.packedLabels] = series.count
                series.append(one)
            }
        }
    }
}
