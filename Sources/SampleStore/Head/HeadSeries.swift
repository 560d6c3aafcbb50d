/// One series in the head. Its samples are in two generations: the active stream, and while a seal runs, a frozen one
/// that the head keeps beside. No time occurs twice in the two together.
struct HeadSeries {
    /// The newest time ever taken in, so that most samples are known to be new without a look.
    private(set) var latest = Int64.min
    /// The day files hold no newer sample of this series; a newer one need not be looked for there.
    var sealedThrough: Int64
    let labels: LabelArena.Slice
    let sender: UInt32
    var active = HeadStream()
    /// The hash of the type, help and unit that came with it last (remote write 2.0), 0 before any did.
    var saying: UInt32 = 0

    init(labels: LabelArena.Slice, sender: UInt32, sealedThrough: Int64) {
        self.labels = labels
        self.sender = sender
        self.sealedThrough = sealedThrough
    }

    /// Takes a sample that is newer than all before.
    @inline(__always)
    mutating func take(_ time: Int64, _ bits: UInt64, _ blocks: inout HeadBlocks) {
        latest = time
        active.append(time, bits, to: &blocks)
    }

    /// The same series in a head that is built anew.
    func moved(to labels: LabelArena.Slice, _ sender: UInt32, _ active: HeadStream) -> HeadSeries {
        var moved = HeadSeries(labels: labels, sender: sender, sealedThrough: sealedThrough)
        (moved.latest, moved.active, moved.saying) = (latest, active, saying)
        return moved
    }
}
