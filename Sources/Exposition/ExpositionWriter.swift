package import MetricModel

/// Writes samples as the text of `/metrics`.
///
/// Families appear in the order in which their first samples do, each once with all its samples behind it, also where
/// the samples come scattered or from several producers. Labels are the series' own; the scope's are left to whoever
/// scrapes. Samples carry no timestamps, and those with the stale marker are left out.
///
/// A writer remembers the layout of its last call: when the same series come in the same order, a sample costs a copy
/// of its rendered name and the text of its number. Keep one for each format, not shared between threads.
package struct ExpositionWriter: Sendable {
    package let format: ExpositionFormat
    private var layout: ExpositionLayout
    /// How many calls could not use the layout of the call before.
    package private(set) var layoutCount = 0

    package init(format: ExpositionFormat) {
        self.format = format
        layout = ExpositionLayout(of: [], format: format)
    }

    /// Appends the text of all `batches` to `bytes`.
    package mutating func write(_ batches: [[Sample]], into bytes: inout [UInt8]) {
        if !layout.fits(batches) {
            layout = ExpositionLayout(of: batches, format: format)
            layoutCount += 1
        }
        layout.write(batches, into: &bytes)
        if format == .openMetrics { bytes.append(contentsOf: "# EOF\n".utf8) }
    }

    /// Appends the text of `samples` to `bytes`.
    package mutating func write(_ samples: [Sample], into bytes: inout [UInt8]) {
        write([samples], into: &bytes)
    }
}
