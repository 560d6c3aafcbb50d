extension Duration {
    /// Whole nanoseconds; the greatest Int64 past 292 years.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, hasOverflown) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return hasOverflown ? .max : product + attoseconds / 1_000_000_000
    }

    package var milliseconds: Int64 { nanoseconds / 1_000_000 }

    package var inSeconds: Double { Double(nanoseconds) / 1e9 }
}
