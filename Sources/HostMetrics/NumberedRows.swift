internal import MetricModel

/// The series of numbered things, processors mostly, that a text lists in rising order each time.
struct NumberedRows {
    private var numbers: [Int] = []
    private var series: [[Series?]] = []

    /// The series of the thing at this place of the list.
    subscript(index: Int) -> [Series?] { series[index] }

    /// Follows things that came or went; those that stayed keep their series. `declare` answers those of a new one.
    mutating func update(
        _ new: [Int], _ output: inout CollectorOutput, declare: (Int, inout CollectorOutput) -> [Series?]
    ) {
        if numbers == new { return }
        var ended: Set<Series> = []
        for (number, series) in zip(numbers, series) where !new.contains(number) {
            ended.formUnion(series.compactMap { $0 })
        }
        output.forget(ended)
        series = new.map { number in
            if let known = numbers.firstIndex(of: number) { return series[known] }
            return declare(number, &output)
        }
        numbers = new
    }

    /// The same with one series for each family, whose only label is the number.
    mutating func update(_ new: [Int], _ families: [MetricFamily], _ output: inout CollectorOutput) {
        update(new, &output) { number, output in
            let label = [String(number)]
            return families.map { output.series($0, label) }
        }
    }
}
