internal import Glibc

/// A straight line by least squares. Its errors count residuals that resemble their neighbours for fewer than they are.
struct TrendLine {
    private(set) var slope = 0.0
    private(set) var slopeError = 0.0
    /// The fitted value at the last point, and its standard error.
    private(set) var last = 0.0
    private(set) var lastError = 0.0
    private let meanTime: Double
    private let meanValue: Double

    /// `times` ascend; both are of one length, at least 3.
    init(_ times: some Collection<Double>, _ values: some Collection<Double>) {
        let count = Double(times.count)
        meanTime = times.reduce(0, +) / count
        meanValue = values.reduce(0, +) / count
        last = meanValue
        var (timeSquares, products) = (0.0, 0.0)
        for (time, value) in zip(times, values) {
            timeSquares += (time - meanTime) * (time - meanTime)
            products += (time - meanTime) * (value - meanValue)
        }
        guard timeSquares > 0, let lastTime = times.max() else { return }
        slope = products / timeSquares
        var (squares, lagged, previous) = (0.0, 0.0, 0.0)
        for (time, value) in zip(times, values) {
            let residual = value - self.value(at: time)
            squares += residual * residual
            lagged += residual * previous
            previous = residual
        }
        let likeness = squares > 0 ? min(max(lagged / squares, 0), 0.9) : 0
        let variance = squares / max(count - 2, 1) * (1 + likeness) / (1 - likeness)
        let distance = lastTime - meanTime
        slopeError = sqrt(variance / timeSquares)
        last = value(at: lastTime)
        lastError = sqrt(variance * (1 / count + distance * distance / timeSquares))
    }

    func value(at time: Double) -> Double { meanValue + slope * (time - meanTime) }
}
