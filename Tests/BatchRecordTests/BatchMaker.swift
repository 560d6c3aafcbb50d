import MetricModel
import SimulatedSystem
import TestValues

/// Random batches: every kind of value, times in any order, series that come and go.
struct BatchMaker {
    var random: SeededRandom
    private var series: [Series] = []
    private var last: [Double] = []
    private let families: [MetricFamily]
    private let scopes: [SeriesScope]
    private var time: Int64 = 1_795_203_419_717

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        scopes = [
            SeriesScope(.empty), SeriesScope(["instance": "gw-7", "job": "node"]),
            SeriesScope(["instance": "gw-7", "job": "wayside", "site": "plant-3 \u{1F3ED}"]),
        ]
        families = (0..<12).map { number in
            MetricFamily(
                "metric_\(number)_total", MetricType.allCases[number % 8],
                help: number % 3 == 0 ? "" : "Help \(number).",
                unit: number % 2 == 0 ? "" : "seconds", labels: (0..<number % 4).map { "label_\($0)" })
        }
    }

    mutating func batch(count: Int, annotation: Int = 0) -> SampleBatch {
        time += Int64.random(in: -1000...20_000, using: &random)
        let clock = ClockReading(
            bootID: BootID(high: random.next(), low: random.next()),
            bootNanoseconds: Int64.random(in: 0..<1 << 60, using: &random), unixMilliseconds: time,
            isSynchronised: Bool.random(using: &random))
        var batch = SampleBatch(clock: clock, limit: count)
        batch.annotation = (0..<annotation).map { _ in UInt8.random(in: 0...255, using: &random) }
        var position = series.isEmpty ? 0 : Int.random(in: 0..<series.count, using: &random)
        var sampleTime = time
        for _ in 0..<count {
            if series.isEmpty || random.oneIn(30) { makeSeries() }
            position =
                random.oneIn(10) ? Int.random(in: 0..<series.count, using: &random) : (position + 1) % series.count
            if random.oneIn(8) { sampleTime = anyTime() }
            if random.oneIn(3) { last[position] = anyValue(after: last[position]) }
            batch.append(
                Sample(series[position], unixMilliseconds: sampleTime, value: last[position]))
        }
        return batch
    }

    private mutating func makeSeries() {
        let family = families[Int.random(in: 0..<families.count, using: &random)]
        let scope = scopes[Int.random(in: 0..<scopes.count, using: &random)]
        let values = family.labelNames.map { _ in
            switch Int.random(in: 0..<6, using: &random) {
            case 0: ""
            case 1: String(repeating: "long", count: Int.random(in: 1..<100, using: &random))
            case 2: "smörgås/\u{1F4A1}/\(random.next() % 50)"
            default: "cpu\(random.next() % 1000)"
            }
        }
        series.append(Series(family: family, scope: scope, labelValues: values))
        last.append(0)
    }

    private mutating func anyTime() -> Int64 {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: Int64.min
        case 1: Int64.max
        case 2: 0
        default: time + Int64.random(in: -100_000...100_000, using: &random)
        }
    }

    /// One of everything that a double can be.
    mutating func anyValue(after last: Double) -> Double {
        let scales: [Double] = [1, 10, 100, 1000, 1e6, 1e9, 1e15]
        let places = scales[Int.random(in: 0..<scales.count, using: &random)]
        switch Int.random(in: 0..<18, using: &random) {
        case 0: return .nan
        case 1: return Double(bitPattern: 0x7ff0_0000_0000_0001 | random.next() >> 12)
        case 2: return Double(bitPattern: 0xfff8_0000_0000_0000 | random.next() >> 13)
        case 3: return StaleMarker.value
        case 4: return -0.0
        case 5: return 0
        case 6: return Bool.random(using: &random) ? .infinity : -.infinity
        case 7: return Double(bitPattern: random.next() >> 12)
        case 8: return Double(sign: .plus, exponent: Int.random(in: 50..<70, using: &random), significand: 1) + 1
        case 9: return Double(UInt64.random(in: 0...(1 << 53) + 2, using: &random))
        case 10: return Double(bitPattern: random.next())
        case 11: return Double(Int64.random(in: -(1 << 53)...1 << 53, using: &random)) / places
        case 12: return last.nextUp
        case 13: return -last
        case 14: return Double(Int.random(in: -300...300, using: &random))
        default: return Double(Int.random(in: -100_000...100_000, using: &random)) / places
        }
    }
}
