/// How many samples a query will decode, and what they take until then, in bytes.
struct SelectionSize: Sendable {
    private(set) var samples = 0
    private(set) var bytes = 0

    mutating func add(samples: Int, bytes: Int) {
        self.samples += samples
        self.bytes += bytes
    }

    mutating func add(_ other: SelectionSize) { add(samples: other.samples, bytes: other.bytes) }
}
