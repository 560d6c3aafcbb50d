extension RandomAccessCollection<ClockPoint> {
    /// Andrew's monotone chain, within the plausible slopes: how many points of this chain stay where `point` is put
    /// behind them; the others would lie above the chain then. nil for what is no part of it: a message that came late,
    /// or one that lies too far above the last point.
    func chainLength(under point: ClockPoint) -> Int? {
        var chain = self[...]
        while let last = chain.last {
            guard point.uptimeNanoseconds > last.uptimeNanoseconds else { return nil }
            let slope = last.slope(to: point)
            if slope > UptimeClock.plausibleDrift { return nil }
            let before = chain.dropLast()
            let isLower = slope < -UptimeClock.plausibleDrift
            guard isLower || before.last.map({ $0.slope(to: last) >= slope }) ?? false else { break }
            chain = before
        }
        return chain.count
    }
}
