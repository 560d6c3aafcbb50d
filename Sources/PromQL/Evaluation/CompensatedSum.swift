internal import Glibc

/// A sum that keeps what rounding loses: Kahan's summation as improved by Neumaier, as Prometheus 3 sums.
struct CompensatedSum {
    var sum: Double
    var compensation = 0.0

    init(_ start: Double = 0) {
        sum = start
    }

    @inline(__always)
    mutating func add(_ value: Double) {
        let total = sum + value
        if total.isInfinite {
            compensation = 0
        } else if abs(sum) >= abs(value) {
            compensation += (sum - total) + value
        } else {
            compensation += (value - total) + sum
        }
        sum = total
    }

    /// The sum with what was lost, unless it is infinite.
    var total: Double { sum.isInfinite ? sum : sum + compensation }
}

/// A mean that sums while that does not overflow and goes on incrementally when it would.
struct CompensatedMean {
    private var running: CompensatedSum
    private(set) var count = 1.0
    private var isIncremental = false

    init(_ first: Double) {
        running = CompensatedSum(first)
    }

    @inline(__always)
    mutating func add(_ value: Double) {
        count += 1
        if !isIncremental {
            var next = running
            next.add(value)
            if !next.sum.isInfinite {
                running = next
                return
            }
            isIncremental = true
            running.sum /= count - 1
            running.compensation /= count - 1
        }
        let weight = (count - 1) / count
        running.sum *= weight
        running.compensation *= weight
        running.add(value / count)
    }

    var mean: Double {
        isIncremental ? running.sum + running.compensation : running.sum / count + running.compensation / count
    }
}
