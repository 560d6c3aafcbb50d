internal import MetricModel

extension RequestAssembler {
    /// Brings the samples behind `start` into the order of time, the first added of equal times alone; returns how
    /// many were left out.
    static func order(_ columns: inout SampleColumns, from start: Int) -> Int {
        let count = columns.values.count
        let sorted = (start..<count).sorted {
            (columns.unixMilliseconds[$0], $0) < (columns.unixMilliseconds[$1], $1)
        }
        var times: [Int64] = []
        var values: [Double] = []
        for index in sorted where times.last != columns.unixMilliseconds[index] {
            times.append(columns.unixMilliseconds[index])
            values.append(columns.values[index])
        }
        columns.unixMilliseconds.replaceSubrange(start..<count, with: times)
        columns.values.replaceSubrange(start..<count, with: values)
        return sorted.count - times.count
    }
}
