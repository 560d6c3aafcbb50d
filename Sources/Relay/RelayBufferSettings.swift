internal import RingLog

/// How much one relay target's ring holds.
package struct RelayBufferSettings: Sendable {
    /// The most that the ring's segments take.
    package let byteCount: Int
    /// Bytes of requests that wait for the ring's thread.
    package let backlogByteLimit: Int
    private let keepsInMemory: Int

    /// What may wait is appended before it is written, so memory is for a backlog and the largest request at once.
    package init(byteCount: Int, backlogByteLimit: Int = 16 << 20, memoryByteCount: Int = 48 << 20) {
        self.byteCount = byteCount
        self.backlogByteLimit = backlogByteLimit
        keepsInMemory = memoryByteCount
    }

    /// One destination, and segments so large that a request of the hub's limit fits where the ring is not small: an
    /// eighth of the ring goes at once when it is full.
    func ring(machineID: RingID, newRingID: RingID) -> RingSettings {
        let segment = min(max(byteCount / 8, 1 << 20), 32 << 20)
        return RingSettings(
            byteCount: byteCount, segmentByteCount: segment, recordByteLimit: segment,
            uncommittedByteLimit: keepsInMemory, destinationLimit: 1, policy: .overwriteOldest, machineID: machineID,
            newRingID: newRingID)
    }
}
