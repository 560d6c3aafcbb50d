/// A series with its pieces, not decoded yet.
struct StoredSeries: Sendable {
    let packedLabels: [UInt8]
    var pieces: [StoredPiece]

    /// What a series takes beside the bytes of its samples.
    static func byteCount(labels: [UInt8], pieces: Int) -> Int {
        labels.count + MemoryLayout<StoredSeries>.stride + pieces * MemoryLayout<StoredPiece>.stride + 64
    }

    /// What was found damaged while pieces were decoded.
    private struct Damage {
        var chunks: [CalendarDay: Int] = [:]
        /// After a damaged part of a day's final form the rest of it is left out.
        var endedDay: CalendarDay?
    }

    /// Adds all samples of the range, in ascending order, each time once. Answers how many chunks cannot be decoded, by
    /// day.
    func collect(
        from: Int64, through: Int64, into run: inout SampleRun, _ cache: DecodedColumns
    ) throws(StoreError) -> [CalendarDay: Int] {
        var damage = Damage()
        for piece in pieces { try Self.collect(piece, from, through, &run, cache, &damage) }
        run.settle()
        return damage.chunks
    }

    private static func collect(
        _ piece: StoredPiece, _ from: Int64, _ through: Int64, _ run: inout SampleRun, _ cache: DecodedColumns,
        _ damage: inout Damage
    ) throws(StoreError) {
        switch piece {
        case .final(let part):
            guard part.day != damage.endedDay else { return }
            do throws(StoreError) {
                try part.collect(from: from, through: through, into: &run, cache)
            } catch {
                guard error.isDamage else { throw error }
                damage.chunks[part.day, default: 0] += 1
                damage.endedDay = part.day
            }
        case .chunk(let bytes, let day, let sampleLimit):
            let before = run.damagedChunks
            bytes.withUnsafeBytes { bytes in
                run.append(
                    chunk: bytes, from: from, through: through, sampleLimit: sampleLimit,
                    within: day.unixMilliseconds)
            }
            if run.damagedChunks > before { damage.chunks[day, default: 0] += run.damagedChunks - before }
        case .head(let samples): samples.collect(from: from, through: through, into: &run)
        case .damaged(let day): damage.chunks[day, default: 0] += 1
        case .less(let whole, let times):
            var found = SampleRun()
            try collect(whole, from, through, &found, cache, &damage)
            found.remove(times: times)
            run.append(found)
        }
    }
}
