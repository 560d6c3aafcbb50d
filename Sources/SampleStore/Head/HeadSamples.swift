/// Samples of a series copied out of the head, still compressed: what is decoded outside the lock.
struct HeadSamples: Sendable {
    /// `HeadStream` has the layout.
    let bytes: [UInt8]
    let earliest: Int64
    let latest: Int64

    var isEmpty: Bool { earliest > latest }

    /// Adds the samples of the range to `run`, in the order in which they came.
    func collect(from: Int64, through: Int64, into run: inout SampleRun) {
        guard earliest <= through, latest >= from else { return }
        forEach { time, bits in
            if time >= from, time <= through { run.append(time, Double(bitPattern: bits)) }
        }
    }

    @inline(__always)
    func forEach(_ visit: (Int64, UInt64) -> Void) {
        bytes.withUnsafeBytes { bytes in
            guard !bytes.isEmpty else { return }
            var reader = HeadStreamReader(bytes)
            while reader.next() { visit(reader.time, reader.bits) }
        }
    }
}
