import TestValues

/// Made samples of every kind that the codec has a form for, and of none.
enum SampleShape: CaseIterable {
    case pages, counter, fastCounter, noise, anything, negativeZeros, constant, product, thousandths, ticks, jitter
    case rareChanges, sequence, tiny, levels, drift, bursts

    /// The next value of a column; `index` is its position.
    func value(at index: Int, after last: Double, _ random: inout SeededRandom) -> Double {
        switch self {
        case .pages: return Double(random.next() % 9) * 4096
        case .counter: return last + Double(random.next() % 50)
        case .fastCounter: return Double(index * index) * 1000 + Double(random.next() % 3)
        case .noise: return Double(Int64(random.next() % 10_000)) / 1000
        case .anything: return Double(bitPattern: random.next())
        case .negativeZeros: return random.next() % 9 == 0 ? -0.0 : Double(random.next() % 1000) / 1000
        case .constant: return 3
        case .product: return Double(index * 7 + Int(random.next() % 9)) * 0.001
        case .thousandths: return Double(1_000_000 + index * 300 + Int(random.next() % 99)) / 1000 / 1000
        case .ticks: return Self.ticks(random.next() % 40 == 0, 100 + random.next() % (1 << (6 + random.next() % 9)))
        case .jitter: return Double(Int64(bitPattern: random.next()))
        case .rareChanges: return random.next() % 40 == 0 ? Double(random.next() % 5) : last
        case .sequence: return Double(index) * 14.75 + 0.1
        case .tiny: return Double(random.next() % 3) * 1e-300
        case .levels: return random.next() % 2 == 0 ? 1 : Double(random.next() % 2) * 1000
        case .bursts: return last + 100_000 + Double(random.next() % (index % 16 < 8 ? 4 : 1000))
        case .drift: return last + Double(random.next() >> 11) * 0x1p-53 - 0.5
        }
    }

    /// A duration in seconds by a clock whose tick is 10.015037 ns.
    private static func ticks(_ isOff: Bool, _ multiple: UInt64) -> Double {
        let exact = Double(multiple) * 10.015037 + (isOff ? 3 : 0)
        return (multiple % 3 == 0 ? exact.rounded(.down) : exact.rounded(.down) + 1) / 1e9
    }
}
