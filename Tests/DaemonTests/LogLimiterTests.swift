import Testing

@testable import Daemon

@Suite struct LogLimiterTests {
    @Test func `lets one line a minute through and says how many it held back`() {
        var limiter = LogLimiter(intervalSeconds: 60, keyLimit: 2)
        let second: Int64 = 1_000_000_000
        var admission: UInt64?
        admission = limiter.admit("a", bootNanoseconds: 0)
        #expect(admission == 0)
        admission = limiter.admit("a", bootNanoseconds: 30 * second)
        #expect(admission == nil)
        admission = limiter.admit("b", bootNanoseconds: 30 * second)
        #expect(admission == 0)
        admission = limiter.admit("a", bootNanoseconds: 60 * second)
        #expect(admission == 1)
        admission = limiter.admit("a", bootNanoseconds: 120 * second)
        #expect(admission == 0)
    }

    @Test func `keys beyond the limit share one line`() {
        var limiter = LogLimiter(intervalSeconds: 60, keyLimit: 2)
        var admitted = 0
        for number in 0..<100 where limiter.admit("key \(number)", bootNanoseconds: 0) != nil { admitted += 1 }
        #expect(admitted == 3)
    }
}
