/// What a column of times says of itself, readable without decoding it.
package struct TimeColumn: Hashable, Sendable {
    package let sampleCount: Int
    package let firstUnixMilliseconds: Int64
    package let lastUnixMilliseconds: Int64
    /// Where the column begins among the bytes it was read from, and where it ends.
    package let range: Range<Int>
    /// Where the integers of uneven times begin; the end where the times are regular.
    private let contents: Int

    /// Reads the column that begins at `offset`; one of more than `sampleLimit` samples is refused.
    package init(
        _ bytes: UnsafeRawBufferPointer, at offset: Int = 0, sampleLimit: Int
    ) throws(ChunkError) {
        var reader = VariableLengthReader(bytes, at: offset)
        let count = try reader.next()
        let first = VariableLength.signed(try reader.next())
        let duration = try reader.next()
        let contentLength = try reader.next()
        guard count <= UInt64(max(sampleLimit, 0)), count <= UInt64(UInt32.max) else {
            throw .tooManySamples(count: count, limit: sampleLimit)
        }
        guard count > 0, count > 1 || duration == 0 else { throw .damaged }
        guard contentLength <= UInt64(bytes.count - reader.offset) else { throw .truncated }
        sampleCount = Int(count)
        firstUnixMilliseconds = first
        lastUnixMilliseconds = first &+ Int64(bitPattern: duration)
        contents = reader.offset
        range = offset..<(reader.offset + Int(contentLength))
        guard lastUnixMilliseconds >= firstUnixMilliseconds else { throw .damaged }
        if contentLength == 0, count > 1 {
            let (step, rest) = duration.quotientAndRemainder(dividingBy: count - 1)
            guard step > 0, rest == 0 else { throw .damaged }
        }
    }

    /// Strictly ascending times, at least one.
    static func encode(_ times: UnsafeBufferPointer<Int64>, _ effort: CodecEffort) -> [UInt8] {
        var bytes: [UInt8] = []
        let first = times[0]
        VariableLength.append(UInt64(times.count), to: &bytes)
        VariableLength.append(VariableLength.unsigned(first), to: &bytes)
        VariableLength.append(UInt64(bitPattern: times[times.count - 1] &- first), to: &bytes)
        guard !isRegular(times) else {
            bytes.append(0)
            return bytes
        }
        var hint = TickHint()
        let encoder = ColumnEncoder(effort: effort, mayHaveTicks: false)
        let column = times.map { $0 &- first }.withUnsafeBufferPointer { encoder.encode($0, &hint) }
        VariableLength.append(UInt64(column.bytes.count + 1), to: &bytes)
        bytes.append(column.flags)
        bytes += column.bytes
        return bytes
    }

    private static func isRegular(_ times: UnsafeBufferPointer<Int64>) -> Bool {
        guard times.count > 1 else { return true }
        let step = UInt64(bitPattern: times[1] &- times[0])
        var isRegular = true
        for index in 1..<times.count {
            precondition(times[index] > times[index - 1], "times of a chunk ascend strictly")
            if UInt64(bitPattern: times[index] &- times[index - 1]) != step { isRegular = false }
        }
        return isRegular
    }

    /// Decodes the times into as many places as there are samples.
    func decode(
        _ bytes: UnsafeRawBufferPointer, into places: UnsafeMutableBufferPointer<Int64>
    ) throws(ChunkError) {
        guard contents < range.upperBound else {
            let duration = UInt64(bitPattern: lastUnixMilliseconds &- firstUnixMilliseconds)
            let step = sampleCount > 1 ? Int64(bitPattern: duration / UInt64(sampleCount - 1)) : 0
            for index in places.indices { places[index] = firstUnixMilliseconds &+ step &* Int64(index) }
            return
        }
        let own = UnsafeRawBufferPointer(rebasing: bytes[..<range.upperBound])
        var reader = VariableLengthReader(own, at: contents)
        let flags = try reader.nextByte()
        guard flags < 16 else { throw .unknownEncoding(flags) }
        let column = try IntegerColumn(flags: flags, &reader)
        column.decode(own, at: reader.offset, into: places)
        for index in places.indices {
            places[index] = places[index] &+ firstUnixMilliseconds
            guard index == 0 || places[index] > places[index - 1] else { throw .damaged }
        }
        guard places[0] == firstUnixMilliseconds, places[sampleCount - 1] == lastUnixMilliseconds else {
            throw .damaged
        }
    }
}
