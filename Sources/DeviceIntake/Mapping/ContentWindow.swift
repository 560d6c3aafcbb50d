/// The last messages of a device that numbers none, by the hash of topic and content.
struct ContentWindow: Equatable {
    let limit: Int
    private var keys: [UInt64] = []
    /// When each came last, in seconds of CLOCK_BOOTTIME; `unknownSeconds` where a snapshot did not say.
    private var arrivalSeconds: [Int32] = []
    /// Where the oldest key is once `limit` is reached.
    private var oldest = 0

    private static let unknownSeconds = Int32.max

    init(limit: Int) {
        precondition(limit > 0, "a window of no width would take every redelivery")
        self.limit = limit
    }

    /// Where the message is, if it has come.
    func place(of key: UInt64) -> Int? { keys.firstIndex(of: key) }

    /// Whether the message at `place` is known to have come last more than so many seconds before `moment`.
    func isOlder(_ place: Int, thanSeconds seconds: Int64, beforeSeconds moment: Int64) -> Bool {
        guard arrivalSeconds[place] != ContentWindow.unknownSeconds else { return false }
        return moment - Int64(arrivalSeconds[place]) > seconds
    }

    /// Takes note that the message at `place` has come again.
    mutating func renew(_ place: Int, arrivalSeconds seconds: Int64) {
        arrivalSeconds[place] = Int32(clamping: seconds)
    }

    /// Takes in a message; nil for when it came where that is not known.
    mutating func insert(_ key: UInt64, arrivalSeconds seconds: Int64?) {
        let seconds = seconds.map { Int32(clamping: $0) } ?? ContentWindow.unknownSeconds
        if keys.count < limit {
            keys.append(key)
            arrivalSeconds.append(seconds)
        } else {
            keys[oldest] = key
            arrivalSeconds[oldest] = seconds
            oldest = (oldest + 1) % limit
        }
    }

    /// The newest keys, at most so many, from the oldest of them to the newest.
    func newest(_ count: Int) -> [UInt64] { Array((keys[oldest...] + keys[..<oldest]).suffix(count)) }
}
