/// What is known of one boot of a native device.
struct DeviceBoot: Equatable {
    let bootID: UInt32
    var window: SequenceWindow
    /// nil where the gateway has rebooted and does not know for how long it was off.
    var clock: UptimeClock?
    /// Messages in a row that were behind the window, each newer than the one before.
    var behindCount = 0
    var lastBehind: UInt32 = 0

    /// So many messages behind the window, one after the other, are no redelivery: the device began to count anew
    /// without changing its boot id.
    static let restartCount = 16

    /// How many boots before the current one are remembered: a device in a loop of crashes makes several within the
    /// messages that a broker may deliver again.
    static let pastLimit = 8
    /// How many words the windows of past boots may take together, so that a wide window cannot make a device's state
    /// outgrow a record; one past boot is always remembered.
    static let pastWordLimit = 2048

    /// How many past boots are remembered with windows of so many words.
    static func pastLimit(windowWordCount: Int) -> Int {
        max(1, min(pastLimit, pastWordLimit / max(1, windowWordCount)))
    }

    init(bootID: UInt32, window: SequenceWindow, clock: UptimeClock?) {
        self.bootID = bootID
        self.window = window
        self.clock = clock
    }

    /// How much earlier than its arrival a message was measured, in nanoseconds.
    mutating func lag(arrivalNanoseconds: Int64, uptimeNanoseconds: Int64) -> Int64 {
        var clock =
            self.clock ?? UptimeClock(arrivalNanoseconds: arrivalNanoseconds, uptimeNanoseconds: uptimeNanoseconds)
        defer { self.clock = clock }
        return clock.lag(arrivalNanoseconds: arrivalNanoseconds, uptimeNanoseconds: uptimeNanoseconds)
    }

    /// Takes note of a message behind the window.
    mutating func noteBehind(_ sequence: UInt32) {
        behindCount = behindCount > 0 && sequence > lastBehind ? behindCount + 1 : 1
        lastBehind = sequence
    }
}
