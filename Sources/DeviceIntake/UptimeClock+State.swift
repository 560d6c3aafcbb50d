internal import MetricModel

/// A clock fit in a state record; the layout is in STATE.md.
extension UptimeClock {
    func write(to writer: inout StateWriter) {
        writer.append(varying: milliseconds(line.point.uptimeNanoseconds))
        writer.append(time: line.point.offsetNanoseconds)
        writer.append(line.slope.bitPattern)
        writer.append(varying: milliseconds(line.spanNanoseconds))
        write(points[..<currentStart], earlier, to: &writer)
        write(points[currentStart...], current, to: &writer)
    }

    init(from reader: inout StateReader) throws(StateError) {
        guard reader.version > 2 else {
            // That had an offset alone.
            self.init(
                line: ClockLine(
                    point: ClockPoint(uptimeNanoseconds: 0, offsetNanoseconds: try reader.time())))
            return
        }
        var line = ClockLine(
            point: ClockPoint(
                uptimeNanoseconds: try UptimeClock.readUptime(&reader), offsetNanoseconds: try reader.time()))
        line.slope = Double(bitPattern: try reader.number())
        guard line.slope.magnitude <= UptimeClock.plausibleDrift else { throw reader.damaged }
        line.spanNanoseconds = try UptimeClock.readUptime(&reader)
        self.init(line: line)
        earlier = try readPoints(&reader)
        currentStart = points.count
        current = try readPoints(&reader)
    }

    private func milliseconds(_ nanoseconds: Int64) -> Int64 { nanoseconds / 1_000_000 }

    /// Uptimes in milliseconds and offsets in microseconds, each as the difference from the point before.
    private func write(_ points: ArraySlice<ClockPoint>, _ mean: UptimeMean, to writer: inout StateWriter) {
        writer.append(UInt8(points.count))
        var last = line.point
        for point in points {
            writer.append(varying: milliseconds(point.uptimeNanoseconds) - milliseconds(last.uptimeNanoseconds))
            writer.append(varying: (point.offsetNanoseconds - last.offsetNanoseconds) / 1000)
            last = point
        }
        guard !points.isEmpty else { return }
        writer.append(count: mean.count)
        writer.append(varying: Int64((mean.nanoseconds / 1e6).rounded()))
    }

    private mutating func readPoints(_ reader: inout StateReader) throws(StateError) -> UptimeMean {
        let count = Int(try reader.number(UInt8.self))
        guard count <= UptimeClock.pointLimit else { throw reader.damaged }
        var last = line.point
        for index in 0..<count {
            let before = last
            last = try UptimeClock.readPoint(after: last, &reader)
            guard index == 0 || last.uptimeNanoseconds > before.uptimeNanoseconds else { throw reader.damaged }
            points.append(last)
        }
        guard count > 0 else { return UptimeMean() }
        let messageCount = try reader.counter()
        let milliseconds = try reader.varyingSigned()
        guard milliseconds.magnitude <= NativeDecoder.uptimeLimitMilliseconds else { throw reader.damaged }
        return UptimeMean(nanoseconds: Double(milliseconds) * 1e6, count: messageCount)
    }

    private static func readPoint(
        after last: ClockPoint, _ reader: inout StateReader
    ) throws(StateError) -> ClockPoint {
        let (uptime, isBeyond) = (last.uptimeNanoseconds / 1_000_000)
            .addingReportingOverflow(try reader.varyingSigned())
        let (rise, isSteep) = try reader.varyingSigned().multipliedReportingOverflow(by: 1000)
        guard !isBeyond, !isSteep, uptime >= 0, uptime <= Int64(NativeDecoder.uptimeLimitMilliseconds) else {
            throw reader.damaged
        }
        return ClockPoint(
            uptimeNanoseconds: uptime * 1_000_000, offsetNanoseconds: SafeSum.time(last.offsetNanoseconds, rise))
    }

    /// An uptime, or a span of it, in milliseconds.
    private static func readUptime(_ reader: inout StateReader) throws(StateError) -> Int64 {
        let uptime = try reader.varyingSigned()
        guard uptime >= 0, uptime <= Int64(NativeDecoder.uptimeLimitMilliseconds) else { throw reader.damaged }
        return uptime * 1_000_000
    }
}
