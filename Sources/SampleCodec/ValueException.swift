/// Neighbouring samples of one bit pattern that are no integers of their column's scaling: NaNs, stale markers,
/// infinities, −0.
struct ValueException: Hashable {
    /// How many other samples lie between the one before and this.
    let gap: Int
    let count: Int
    let bitPattern: UInt64

    /// Prometheus' stale marker: what the first exception of a column most often is.
    static let staleMarker: UInt64 = 0x7ff0_0000_0000_0002

    static func append(_ exceptions: [ValueException], to bytes: inout [UInt8]) {
        VariableLength.append(UInt64(exceptions.count), to: &bytes)
        var last = staleMarker
        for exception in exceptions {
            let isSame = exception.bitPattern == last
            VariableLength.append(UInt64(exception.gap) << 1 | (isSame ? 1 : 0), to: &bytes)
            VariableLength.append(UInt64(exception.count - 1), to: &bytes)
            if !isSame { for shift in 0..<8 { bytes.append(UInt8(exception.bitPattern >> (shift * 8) & 0xff)) } }
            last = exception.bitPattern
        }
    }

    /// Reads what `append` wrote for a column of `sampleCount` samples, of which at least one is an integer.
    static func read(_ reader: inout VariableLengthReader, sampleCount: Int) throws(ChunkError) -> [ValueException] {
        let runs = try reader.next()
        guard runs < UInt64(sampleCount) else { throw .damaged }
        var exceptions: [ValueException] = []
        exceptions.reserveCapacity(Int(runs))
        var last = staleMarker
        var integers = sampleCount
        var samples = sampleCount
        for _ in 0..<runs {
            let start = try reader.next()
            let more = try reader.next()
            guard start >> 1 <= UInt64(samples), more < UInt64(samples) - start >> 1 else {
                throw .damaged
            }
            if start & 1 == 0 {
                last = 0
                for shift in 0..<8 { last |= UInt64(try reader.nextByte()) << UInt64(shift * 8) }
            }
            let exception = ValueException(gap: Int(start >> 1), count: Int(more) + 1, bitPattern: last)
            exceptions.append(exception)
            integers -= exception.count
            samples -= exception.gap + exception.count
        }
        guard integers > 0 else { throw .damaged }
        return exceptions
    }
}
