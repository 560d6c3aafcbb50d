/// The last messages of a device that numbers none, by the hash of topic and content.
struct ContentWindow: Equatable {
    let limit: Int
    private var keys: [UInt64] = []
    /// Where the oldest key is once `limit` is reached.
    private var oldest = 0

    init(limit: Int) {
        precondition(limit > 0, "a window of no width would take every redelivery")
        self.limit = limit
    }

    func contains(_ key: UInt64) -> Bool { keys.contains(key) }

    mutating func insert(_ key: UInt64) {
        if keys.count < limit {
            keys.append(key)
        } else {
            keys[oldest] = key
            oldest = (oldest + 1) % limit
        }
    }

    /// The newest keys, at most so many, from the oldest of them to the newest.
    func newest(_ count: Int) -> [UInt64] { Array((keys[oldest...] + keys[..<oldest]).suffix(count)) }
}
