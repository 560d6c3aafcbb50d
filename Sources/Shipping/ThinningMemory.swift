/// The interval in which each thinned series was last sent a sample, from one request to the next.
///
/// Series are told by 128 bits of hash: two of a billion that met would share their intervals once in 10^20.
struct ThinningMemory: Sendable {
    struct Fingerprint: Hashable, Sendable {
        let high: Int
        let low: Int
    }

    /// Where the interval ends, in milliseconds since 1970.
    private var ends: [Fingerprint: Int64] = [:]

    func end(_ series: Fingerprint) -> Int64? { ends[series] }

    mutating func set(_ end: Int64?, for series: Fingerprint) { ends[series] = end }

    /// Forgets intervals that are over at `time`, once there are more than `count` of them.
    mutating func prune(before time: Int64, beyond count: Int) {
        guard ends.count > count else { return }
        ends = ends.filter { $0.value > time }
    }
}
