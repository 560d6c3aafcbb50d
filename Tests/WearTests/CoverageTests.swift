import Glibc
import TestValues
import Testing

@testable import Wear

/// How often the stated intervals hold the true remaining life, on simulated lives. The table goes to COVERAGE.md:
/// it is printed by this test, and what it must keep is asserted.
@Suite struct CoverageTests {
    private struct Cell {
        var units = 0
        var published = 0
        var covered = 0
        var errors: [Double] = []
    }

    private static let fractions = [0.3, 0.5, 0.7, 0.8, 0.9, 0.97]

    private func report(_ title: String, _ cells: [Cell]) {
        print(title)
        for (fraction, cell) in zip(CoverageTests.fractions, cells) {
            let share = cell.published > 0 ? Double(cell.covered) / Double(cell.published) : 0
            let errors = cell.errors.sorted()
            let median = errors.isEmpty ? 0 : errors[errors.count / 2]
            func two(_ value: Double) -> Double { (value * 100).rounded() / 100 }
            print(
                "| \(Int(fraction * 100)) % | \(two(Double(cell.published) / Double(cell.units))) | \(two(share)) | \(two(median)) |"
            )
        }
    }

    private func note(_ cell: inout Cell, _ life: RemainingLife, truth: Double) {
        cell.units += 1
        guard case .known(let estimate) = life else { return }
        cell.published += 1
        if truth >= estimate.lowerHours && truth <= estimate.upperHours { cell.covered += 1 }
        cell.errors.append(abs(estimate.hours - truth) / max(truth, 1))
    }

    /// Levels from new to failed at 1, by several shapes.
    private enum Shape: CaseIterable {
        case exponential, linear, square, kneed

        func level(_ x: Double, _ steepness: Double) -> Double {
            switch self {
            case .exponential: 0.05 * exp(log(20) * x)
            case .linear: 0.05 + 0.95 * x
            case .square: 0.05 + 0.95 * x * x
            case .kneed:
                0.05
                    + (x < 0.5 ? 0.05 * x : 0.025 + 0.925 * (exp(steepness * (x - 0.5) * 2) - 1) / (exp(steepness) - 1))
            }
        }
    }

    @Test func `trend intervals hold what they promise`() {
        var random = SeededRandom(seed: 2026)
        var all: [Cell] = CoverageTests.fractions.map { _ in Cell() }
        for shape in Shape.allCases {
            var cells: [Cell] = CoverageTests.fractions.map { _ in Cell() }
            for _ in 0..<100 {
                let life = 200 + 1800 * random.unit()
                let noise = 0.02 + 0.1 * random.unit()
                let steepness = 1 + 3 * random.unit()
                // A wandering of the level beside the noise, as load and temperature make it.
                var wander = 0.0
                var history = TrendHistory()
                var next = 0
                let step = life / 2000
                for index in 0..<2000 {
                    let x = (Double(index) + 0.5) / 2000
                    wander = 0.98 * wander + 0.2 * noise * 0.3 * random.normal()
                    let level = shape.level(x, steepness) * exp(noise * random.normal() + wander)
                    _ = history.add(level: level, atHours: Double(index) * step)
                    if next < CoverageTests.fractions.count, x >= CoverageTests.fractions[next] {
                        let truth = life * (1 - x)
                        let remaining = TrendFit.remaining(history, minimumHistoryHours: 24)
                            .later(byHours: Double(index) * step - (history.hours.last ?? 0))
                        note(&cells[next], remaining, truth: truth)
                        note(&all[next], remaining, truth: truth)
                        next += 1
                    }
                }
            }
            for (fraction, cell) in zip(CoverageTests.fractions, cells) where cell.published >= 40 {
                #expect(
                    Double(cell.covered) >= 0.88 * Double(cell.published), "\(shape) at \(fraction) of life")
            }
            report("trend, \(shape), 100 units: life used | published | covered | median |error|/remaining", cells)
        }
        report("trend, all shapes, 400 units: life used | published | covered | median |error|/remaining", all)
        for (fraction, cell) in zip(CoverageTests.fractions, all) where cell.published >= 40 {
            #expect(Double(cell.covered) >= 0.9 * Double(cell.published), "at \(fraction) of life")
        }
    }

    @Test func `rate intervals hold what they promise`() {
        var random = SeededRandom(seed: 77)
        var cells: [Cell] = CoverageTests.fractions.map { _ in Cell() }
        for _ in 0..<400 {
            // A machine whose load changes from hour to hour and from day to day, around a mean of its own.
            let mean = exp(random.normal() * 0.5) / 3000
            let daily = 0.6 * random.unit()
            let hourly = 0.8 * random.unit()
            var day = 0.0
            var rates: [Double] = []
            var total = 0.0
            while total < 1 {
                if rates.count.isMultiple(of: 24) { day = 0.7 * day + 0.7 * daily * random.normal() }
                let rate = mean * exp(day + hourly * random.normal())
                rates.append(rate)
                total += rate
            }
            var history = RateHistory(rateHours: 720)
            var damage = 0.0
            var next = 0
            for (hour, rate) in rates.enumerated() {
                history.add(damage: rate, hours: 1)
                damage += rate
                while next < CoverageTests.fractions.count,
                    Double(hour + 1) >= CoverageTests.fractions[next] * Double(rates.count)
                {
                    note(
                        &cells[next],
                        history.remaining(damage: damage, observedHours: Double(hour + 1), minimumHistoryHours: 24),
                        truth: Double(rates.count - hour - 1))
                    next += 1
                }
            }
        }
        report("rate, 400 units: life used | published | covered | median |error|/remaining", cells)
        for (fraction, cell) in zip(CoverageTests.fractions, cells) {
            #expect(cell.published > 300)
            #expect(Double(cell.covered) >= 0.9 * Double(cell.published), "at \(fraction) of life")
        }
    }
}
