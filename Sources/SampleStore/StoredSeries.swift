internal import LabelMatching

/// A piece of a series as it was read, in the order of which the first sample of a time counts.
enum StoredPiece: Sendable {
    case final(UndecodedPart)
    /// A chunk that a seal wrote.
    case chunk([UInt8], day: CalendarDay, sampleLimit: Int)
    /// What memory had.
    case head(HeadSamples)
    /// What cannot be read, because a page of it is damaged.
    case damaged(CalendarDay)
}

/// A series with its pieces, not decoded yet.
struct StoredSeries: Sendable {
    let packedLabels: [UInt8]
    var pieces: [StoredPiece]

    /// Adds all samples of the range, in ascending order, each time once. Answers how many chunks cannot be decoded, by
    /// day.
    func collect(
        from: Int64, through: Int64, into run: inout SampleRun, _ cache: DecodedColumns
    ) throws(StoreError) -> [CalendarDay: Int] {
        var damage: [CalendarDay: Int] = [:]
        // After a damaged part of a day's final form the rest of it is left out.
        var endedDay: CalendarDay?
        for piece in pieces {
            switch piece {
            case .final(let part):
                guard part.day != endedDay else { continue }
                do throws(StoreError) {
                    try part.collect(from: from, through: through, into: &run, cache)
                } catch {
                    guard error.isDamage else { throw error }
                    damage[part.day, default: 0] += 1
                    endedDay = part.day
                }
            case .chunk(let bytes, let day, let sampleLimit):
                let before = run.damagedChunks
                bytes.withUnsafeBytes { bytes in
                    run.append(
                        chunk: bytes, from: from, through: through, sampleLimit: sampleLimit,
                        within: day.unixMilliseconds)
                }
                if run.damagedChunks > before { damage[day, default: 0] += run.damagedChunks - before }
            case .head(let samples): samples.collect(from: from, through: through, into: &run)
            case .damaged(let day): damage[day, default: 0] += 1
            }
        }
        run.settle()
        return damage
    }
}
