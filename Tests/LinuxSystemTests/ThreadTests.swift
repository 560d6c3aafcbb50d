import LinuxSystem
import Testing

@Suite struct ThreadTests {
    @Test func aThreadWakesAPoller() throws {
        let wakeup = try Wakeup()
        try DedicatedThread.start(name: "test-waker") { wakeup.signal() }
        var interests = [Poll.Interest(wakeup.number, readable: true)]
        #expect(try Poll.wait(&interests, timeoutMilliseconds: -1) == 1)
        #expect(interests[0].isReady)
        wakeup.clear()
        #expect(try Poll.wait(&interests, timeoutMilliseconds: 0) == 0)
    }
}
