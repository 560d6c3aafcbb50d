/// A segment that appends go to, or went to and that waits for `commit`.
struct OpenSegment {
    let number: UInt64
    let key: SegmentKey
    let firstRecord: RecordNumber
    /// Where the first uncommitted byte goes; always the start of a page.
    var durableEnd = RingFormat.pageByteCount
    /// Whether its header is durable; until then `plan` says where it will go.
    var hasHeader = false
    var plan = SlotPlan(victims: [], isInPlace: false)
    /// Framed records that wait for `commit`.
    var pending: [UInt8] = []
    /// How many bytes of `pending` the kernel has (`writeThrough`).
    var writtenByteCount = 0
    /// The first record in `pending` that was not carried.
    var pendingFirst: RecordNumber
    var lastRecord: RecordNumber
    /// A write to it failed: what is pending must move.
    var hasFailed = false
    /// Begun while the disk takes no writes: it has no place yet, and `commit` finds it one.
    var isHomeless = false
    /// It is the oldest in a memory that is full: it goes with the next append or commit.
    var isCondemned = false

    /// Where the next record goes.
    var nextOffset: Int { durableEnd + pending.count }
}
