internal import RingLog
package import SettingsFile

/// `buffer:` the ring on flash.
package struct BufferSettings: SettingsReadable, Sendable {
    /// The most that the ring's segments take.
    package let byteCount: Int
    /// What a power cut may cost of host samples; zero syncs every batch.
    package let maximumLoss: Duration
    /// What may wait in memory while flash takes no writes; the oldest goes when it is full.
    package let memoryByteCount: Int

    /// The size of one segment file. Not for the operator: simulations make it small, so that laps are short.
    let segmentByteCount: Int

    static let defaultSegmentByteCount = 4 << 20

    init(
        byteCount: Int, maximumLoss: Duration, memoryByteCount: Int = 8 << 20,
        segmentByteCount: Int = defaultSegmentByteCount
    ) {
        self.byteCount = byteCount
        self.memoryByteCount = memoryByteCount
        self.maximumLoss = maximumLoss
        self.segmentByteCount = segmentByteCount
    }

    package init(from section: SettingsSection) {
        segmentByteCount = BufferSettings.defaultSegmentByteCount
        byteCount = section.byteSize("size", default: 64 << 20, range: (1 << 20)...(1 << 40))
        maximumLoss = section.duration("max_loss", default: .seconds(15), range: .zero ... .seconds(3600))
        memoryByteCount = section.byteSize("memory", default: 8 << 20, range: (1 << 20)...(1 << 30))
    }

    /// The ring's settings for a machine.
    func ring(machineID: RingID, newRingID: RingID) -> RingSettings {
        RingSettings(
            byteCount: byteCount, segmentByteCount: segmentByteCount, uncommittedByteLimit: memoryByteCount,
            policy: .overwriteOldest, machineID: machineID, newRingID: newRingID)
    }
}
