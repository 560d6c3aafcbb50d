internal import MetricModel

extension UptimeClock {
    /// Takes a point into the hull where it belongs to it, and lays the line anew where it must or when it is time;
    /// whether the point was so far below all before that none of them counts any more.
    mutating func take(_ point: ClockPoint) -> Bool {
        if points.isEmpty { beginFromLine(before: point) }
        let isBelow = point.offsetNanoseconds < line.offset(atUptimeNanoseconds: point.uptimeNanoseconds)
        guard insert(point) else { return false }
        if let first = points[currentStart...].first,
            point.uptimeNanoseconds - first.uptimeNanoseconds >= UptimeClock.generationNanoseconds
        {
            points.removeFirst(currentStart)
            currentStart = points.count
            earlier = current
            current = UptimeMean()
            fit()
            return false
        }
        guard isBelow || point.uptimeNanoseconds >= nextFitUptime else { return false }
        fit()
        return points.count == 1
    }

    /// Of a boot that is over a line is all that is known: a point on it stands for the messages it came from, just
    /// before this one, so that nothing far from the line seems plausible for the time that has passed.
    private mutating func beginFromLine(before point: ClockPoint) {
        let uptime = max(0, point.uptimeNanoseconds - 1_000_000)
        points.append(
            ClockPoint(uptimeNanoseconds: uptime, offsetNanoseconds: line.offset(atUptimeNanoseconds: uptime)))
        current.add(uptime)
    }

    /// False for what is no part of the hull of this generation.
    private mutating func insert(_ point: ClockPoint) -> Bool {
        guard let kept = points[currentStart...].chainLength(under: point) else { return false }
        points.removeLast(points.count - currentStart - kept)
        if points.count == currentStart { current = UptimeMean() }
        points.append(point)
        if points.count - currentStart > UptimeClock.pointLimit { removeFlattest() }
        return true
    }

    /// Gives up the point of this generation that the hull misses least.
    private mutating func removeFlattest() {
        var flattest = currentStart + 1
        var least = Double.infinity
        for index in currentStart + 1..<points.count - 1 {
            let depth = points[index].depth(below: points[index - 1], points[index + 1])
            guard depth < least else { continue }
            least = depth
            flattest = index
        }
        points.remove(at: flattest)
    }

    /// Lays the line under both generations.
    private mutating func fit() {
        let mean = earlier.joined(current).nanoseconds
        let isEarlierUsed = withUnsafeTemporaryAllocation(of: ClockPoint.self, capacity: points.count) { buffer in
            var hull = ClockHull(buffer)
            var isEarlierUsed = true
            for index in points.indices {
                hull.add(points[index])
                // A point of this generation stands where the earlier ones stood: they were too high to count.
                if index >= currentStart && hull.count == 1 && hull.first == points[index] { isEarlierUsed = false }
            }
            line = hull.line(mean: mean, fallbackSlope: line.slope)
            nextFitUptime = SafeSum.time(hull.last.uptimeNanoseconds, line.spanNanoseconds / 32)
            return isEarlierUsed
        }
        guard !isEarlierUsed, currentStart > 0 else { return }
        points.removeFirst(currentStart)
        currentStart = 0
        earlier = UptimeMean()
    }
}
