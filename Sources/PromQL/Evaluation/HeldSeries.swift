/// What is kept of a series and counts against the limit of samples.
protocol HeldSeries {
    var sampleCount: Int { get }
}

extension StepSeries: HeldSeries {
    var sampleCount: Int { values.count }
}

extension RangeSeries: HeldSeries {
    var sampleCount: Int { values.count }
}
