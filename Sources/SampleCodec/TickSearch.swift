/// Looks for the tick of the clock that a column of durations was measured with.
///
/// A duration is the difference of two readings, each rounded down: it lies on a multiple of the tick, rounded down or
/// up. The multiple of a small value is known from a coarse guess of the tick, and each such value sharpens the guess
/// enough for larger ones.
struct TickSearch {
    private static let leastIntegers = 240
    private static let leastBits = 7
    private static let sampleLimit = 512
    private static let coarseSamples = 64
    private static let firstSamples = 16
    /// How much of the integers must lie on the lattice, in 16ths.
    private static let leastShare = 14
    /// Ticks that are looked for, in the integers' unit.
    private static let greatestTick = 512.0
    private static let leastTick = 5.0
    /// A search takes steps in proportion to the values it begins with.
    private static let greatestCoarseValue = 30_000.0

    private let integers: UnsafeBufferPointer<Int64>
    private let bitsPerInteger: Int

    /// `bitsPerInteger` is what the integers take without ticks.
    init(_ integers: UnsafeBufferPointer<Int64>, bitsPerInteger: Int) {
        self.integers = integers
        self.bitsPerInteger = bitsPerInteger
    }

    func find(_ hint: inout TickHint) -> TickLattice? {
        guard integers.count >= Self.leastIntegers, bitsPerInteger >= Self.leastBits else { return nil }
        let sample = ascendingSample()
        guard sample.count >= Self.coarseSamples * 2 else { return nil }
        for tick in hint.ticks {
            if let lattice = lattice(from: tick, sample, &hint) { return lattice }
        }
        guard sample[Self.coarseSamples - 1] <= Self.greatestCoarseValue, hint.takesSearch() else { return nil }
        guard let tick = coarseTick(sample) else { return nil }
        return lattice(from: tick, sample, &hint)
    }

    /// Some of the integers that can be readings, in ascending order.
    private func ascendingSample() -> [Double] {
        let step = (integers.count + Self.sampleLimit - 1) / Self.sampleLimit
        var sample: [Double] = []
        sample.reserveCapacity(Self.sampleLimit)
        for index in stride(from: 0, to: integers.count, by: step)
        where integers[index] > 0 && integers[index] < 1 << 31 {
            sample.append(Double(integers[index]))
        }
        sample.sort()
        return sample
    }

    /// The greatest tick that small values of the sample lie on.
    private func coarseTick(_ sample: [Double]) -> Double? {
        let end = sample.firstIndex { $0 > Self.greatestCoarseValue } ?? sample.count
        // Values far apart tell a tick from its neighbours that miss a multiple by one everywhere.
        let values = (0..<Self.coarseSamples).map { sample[$0 * (end - 1) / (Self.coarseSamples - 1)] }
        let first = stride(from: 0, to: Self.coarseSamples, by: Self.coarseSamples / Self.firstSamples)
            .map { values[$0] }
        let factor = 1 - 1 / max(sample[end - 1], 16)
        var tick = min(Self.greatestTick, sample[0])
        var best: (tick: Double, error: Double)?
        while tick >= max(Self.leastTick, (best?.tick ?? 0) * 0.98) {
            if Self.error(of: first, tick) != nil, let error = Self.error(of: values, tick),
                error < best?.error ?? .infinity
            {
                best = (tick, error)
            }
            tick *= factor
        }
        return best?.tick
    }

    /// The sum of the squared distances from the nearest multiples, or nil where more than a few values lie further
    /// than a unit and a half from one.
    private static func error(of values: [Double], _ tick: Double) -> Double? {
        let frequency = 1 / tick
        var misses = 0
        var sum = 0.0
        for value in values {
            let distance = value - nearestInteger(value * frequency) * tick
            sum += min(distance * distance, 4)
            guard abs(distance) > 1.5 else { continue }
            misses += 1
            if misses << 4 > values.count { return nil }
        }
        return sum
    }

    /// Adding 1.5 × 2^52 leaves no room for a fraction: the same rounding as `rounded()`, without a call on x86-64.
    @inline(__always)
    private static func nearestInteger(_ value: Double) -> Double {
        (value + 0x1.8p52) - 0x1.8p52
    }

    /// Sharpens the tick by least squares, and answers it if the integers lie on its multiples.
    private func lattice(from coarse: Double, _ sample: [Double], _ hint: inout TickHint) -> TickLattice? {
        var tick = coarse
        let firstMultiple = max(Self.nearestInteger(sample[0] / tick), 1)
        // The guess weighs as much as a few of the smallest values.
        var weight = firstMultiple * firstMultiple * 4
        var sum = weight * tick
        for value in sample {
            let multiple = Self.nearestInteger(value / tick)
            sum += multiple * value
            weight += multiple * multiple
            tick = sum / weight
        }
        sum = 0
        weight = 0
        for integer in integers where integer > 0 && integer < 1 << 31 {
            let value = Double(integer)
            let multiple = Self.nearestInteger(value / tick)
            sum += multiple * value
            weight += multiple * multiple
        }
        tick = sum / weight
        guard tick >= Self.leastTick, tick <= Self.greatestTick else { return nil }
        let lattice = TickLattice(tick: UInt64(tick * 4_294_967_296))
        var hits = 0
        for integer in integers {
            let rest = integer &- lattice.floor(of: lattice.multiple(nearest: integer)).whole
            if rest == 0 || rest == 1 { hits += 1 }
        }
        guard hits << 4 >= integers.count * Self.leastShare else { return nil }
        hint.note(tick)
        return lattice
    }
}
