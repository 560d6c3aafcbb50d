/// The values of a chunk, without their times: a byte of flags, the scaling's exponent, the exceptions, the integers.
enum ValueColumn {
    private static let exceptionFlag: UInt8 = 0x80

    static func encode(
        _ values: UnsafeBufferPointer<Double>, _ effort: CodecEffort, _ hint: inout TickHint
    ) -> [UInt8] {
        var best: [UInt8] = []
        for scaled in ScaledValues.candidates(for: values) {
            let column = encode(scaled, effort, &hint)
            if best.isEmpty || column.count < best.count { best = column }
        }
        return best
    }

    private static func encode(_ scaled: ScaledValues, _ effort: CodecEffort, _ hint: inout TickHint) -> [UInt8] {
        let encoder = ColumnEncoder(effort: effort, mayHaveTicks: scaled.scaling.kind != .pattern)
        let column = scaled.integers.withUnsafeBufferPointer { encoder.encode($0, &hint) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(column.bytes.count + 16)
        let hasExceptions = !scaled.exceptions.isEmpty
        bytes.append(column.flags | scaled.scaling.kind.rawValue << 4 | (hasExceptions ? exceptionFlag : 0))
        if scaled.scaling.hasExponent { bytes.append(UInt8(scaled.scaling.exponent)) }
        if hasExceptions { ValueException.append(scaled.exceptions, to: &bytes) }
        bytes += column.bytes
        return bytes
    }

    /// Decodes the `places.count / 8` values whose column begins at `offset`; reads no further than `bytes` go.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, into places: UnsafeMutableRawBufferPointer
    ) throws(ChunkError) {
        let sampleCount = places.count / 8
        var reader = VariableLengthReader(bytes, at: offset)
        let flags = try reader.nextByte()
        guard let kind = ValueScaling.Kind(rawValue: flags >> 4 & 7) else { throw .unknownEncoding(flags) }
        var scaling = ValueScaling(kind: kind, exponent: 0)
        if scaling.hasExponent {
            scaling = ValueScaling(kind: kind, exponent: Int(try reader.nextByte()))
            guard scaling.exponent <= ValueScaling.exponentLimit else { throw .damaged }
        }
        let exceptions =
            flags & exceptionFlag != 0 ? try ValueException.read(&reader, sampleCount: sampleCount) : []
        let column = try IntegerColumn(flags: flags & 15, &reader)
        let exceptional = exceptions.reduce(0) { $0 + $1.count }
        let integers = UnsafeMutableRawBufferPointer(rebasing: places[..<(places.count - exceptional * 8)])
        integers.withMemoryRebound(to: Int64.self) { column.decode(bytes, at: reader.offset, into: $0) }
        scaling.convert(integers)
        if !exceptions.isEmpty { insert(exceptions, after: integers.count / 8, in: places) }
    }

    /// Moves the values apart, from the last, and puts the exceptions between them.
    private static func insert(
        _ exceptions: [ValueException], after integerCount: Int, in places: UnsafeMutableRawBufferPointer
    ) {
        var source = integerCount
        var target = places.count / 8
        let gaps = exceptions.reduce(0) { $0 + $1.gap }
        var trailing = integerCount - gaps
        for exception in exceptions.reversed() {
            for _ in 0..<trailing {
                source -= 1
                target -= 1
                let bits = places.load(fromByteOffset: source * 8, as: UInt64.self)
                places.storeBytes(of: bits, toByteOffset: target * 8, as: UInt64.self)
            }
            for _ in 0..<exception.count {
                target -= 1
                places.storeBytes(of: exception.bitPattern, toByteOffset: target * 8, as: UInt64.self)
            }
            trailing = exception.gap
        }
    }
}
