internal import SampleCodec

extension HeadSeries.Generation {
    @inline(__always)
    mutating func note(_ time: Int64) {
        if time < earliest { earliest = time }
        if time > latest { latest = time }
    }

    /// Compresses the open run into a chunk.
    mutating func closeRun() {
        guard !open.isEmpty else { return }
        let chunk = SampleCodec.encode(open.map(\.unixMilliseconds), open.map(\.value))
        var rest = chunk.count
        while rest >= 0x80 {
            closed.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        closed.append(UInt8(rest))
        closed.append(contentsOf: chunk)
        open.removeAll(keepingCapacity: true)
    }

    /// Visits the closed chunks, oldest first.
    func forEachChunk(_ visit: (UnsafeRawBufferPointer) -> Void) {
        closed.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                var length = 0
                var shift = 0
                while offset < bytes.count {
                    let byte = bytes[offset]
                    offset += 1
                    length |= Int(byte & 0x7f) << shift
                    shift += 7
                    if byte < 0x80 { break }
                }
                precondition(length > 0 && offset + length <= bytes.count, "the head's own chunks are whole")
                visit(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)]))
                offset += length
            }
        }
    }

    /// Adds the samples of the range to `run`, in the order in which they lie.
    func collect(from: Int64, through: Int64, into run: inout SampleRun) {
        guard overlaps(from, through) else { return }
        forEachChunk { chunk in run.append(ownChunk: chunk, from: from, through: through) }
        for sample in open where sample.unixMilliseconds >= from && sample.unixMilliseconds <= through {
            run.append(sample.unixMilliseconds, sample.value)
        }
    }
}

extension HeadSeries {
    /// What samples of a request are held against.
    struct Bounds {
        let oldest: Int64
        let newest: Int64
        let openSampleCount: Int
    }

    /// Takes one row's samples in.
    mutating func take(
        _ range: Range<Int>, _ times: UnsafeBufferPointer<Int64>, _ values: UnsafeBufferPointer<Double>,
        _ bounds: Bounds, _ counts: inout IngestCounts
    ) {
        var known: [Int64: Double]?
        for position in range {
            let sample = HeadSample(unixMilliseconds: times[position], value: values[position])
            if sample.unixMilliseconds < bounds.oldest {
                counts.tooOld += 1
                continue
            }
            if sample.unixMilliseconds > bounds.newest {
                counts.tooFarAhead += 1
                continue
            }
            if sample.unixMilliseconds > latest {
                latest = sample.unixMilliseconds
                active.open.append(sample)
            } else if let there = insertLate(sample, known: &known) {
                if there.bitPattern == sample.value.bitPattern { counts.duplicates += 1 } else { counts.conflicts += 1 }
                continue
            } else {
                counts.outOfOrder += 1
            }
            counts.stored += 1
            active.note(sample.unixMilliseconds)
            if active.open.count >= bounds.openSampleCount { active.closeRun() }
        }
    }

    /// Puts a sample that is not newer than all before into the open run, or says that its time is taken, with the
    /// value there. `known` is the caller's memory of the closed samples, filled at the first need.
    mutating func insertLate(_ sample: HeadSample, known: inout [Int64: Double]?) -> Double? {
        let open = active.open
        var position = open.count
        while position > 0, open[position - 1].unixMilliseconds >= sample.unixMilliseconds { position -= 1 }
        if position < open.count, open[position].unixMilliseconds == sample.unixMilliseconds {
            return open[position].value
        }
        if known == nil {
            var run = SampleRun()
            active.collect(from: .min, through: .max, into: &run)
            frozen.collect(from: .min, through: .max, into: &run)
            known = Dictionary(zip(run.times, run.values)) { first, _ in first }
        }
        if let value = known?[sample.unixMilliseconds] { return value }
        active.open.insert(sample, at: position)
        known?[sample.unixMilliseconds] = sample.value
        return nil
    }
}
