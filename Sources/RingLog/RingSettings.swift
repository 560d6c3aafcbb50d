/// The limits of a ring and who it belongs to.
package struct RingSettings: Sendable {
    /// The most bytes that all segment files may take together. The cursor file's 16 KiB come on top.
    package let byteCount: Int
    /// The size of a new segment file, a multiple of 4 KiB. One record group must fit into a segment.
    package let segmentByteCount: Int
    /// The most bytes that one record may hold.
    package let recordByteLimit: Int
    /// The most bytes that may wait for `commit`, so that a disk that fails does not fill the memory.
    package let uncommittedByteLimit: Int
    /// How many destinations may have a cursor.
    package let destinationLimit: Int
    package let policy: RingPolicy
    /// The machine's own id. A ring that names another machine is a copy: it is left alone and a new one is begun.
    package let machineID: RingID
    /// The identity that a new ring gets; random.
    package let newRingID: RingID

    /// The byte counts are those of the parameters rounded down to whole pages and segments; there are always at
    /// least two segments, because one is overwritten while the other is kept.
    package init(
        byteCount: Int, segmentByteCount: Int = 4 << 20, recordByteLimit: Int = 256 << 10,
        uncommittedByteLimit: Int = 8 << 20, destinationLimit: Int = 16, policy: RingPolicy, machineID: RingID,
        newRingID: RingID
    ) {
        let pages = max(min(segmentByteCount, byteCount / 2) / RingFormat.pageByteCount, 2)
        self.segmentByteCount = pages * RingFormat.pageByteCount
        self.byteCount = max(byteCount / self.segmentByteCount, 2) * self.segmentByteCount
        self.recordByteLimit = min(
            recordByteLimit,
            self.segmentByteCount - RingFormat.pageByteCount - RingFormat.recordHeaderByteCount)
        self.uncommittedByteLimit = uncommittedByteLimit
        self.destinationLimit = min(destinationLimit, RingFormat.destinationLimit)
        self.policy = policy
        self.machineID = machineID
        self.newRingID = newRingID
    }

    /// How many segments of the settings' size the ring has when all are made.
    package var segmentCount: Int { byteCount / segmentByteCount }
}
