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

    /// Where what waits for a commit is kept in memory; empty for nowhere, nil for the best place there is.
    let unsyncedDirectory: String?

    /// The size of one segment file. Not for the operator: simulations make it small, so that laps are short.
    let segmentByteCount: Int

    static let defaultSegmentByteCount = 4 << 20
    static let defaultMemoryByteCount = 8 << 20

    init(
        byteCount: Int, maximumLoss: Duration, memoryByteCount: Int = defaultMemoryByteCount,
        segmentByteCount: Int = defaultSegmentByteCount
    ) {
        self.byteCount = byteCount
        self.memoryByteCount = memoryByteCount
        self.maximumLoss = maximumLoss
        unsyncedDirectory = nil
        self.segmentByteCount = segmentByteCount
    }

    package init(from section: SettingsSection) {
        byteCount = section.byteSize("size", default: 64 << 20, range: (1 << 20)...(1 << 40))
        maximumLoss = section.duration("max_loss", default: .seconds(15), range: .zero ... .seconds(3600))
        memoryByteCount = section.byteSize(
            "memory", default: BufferSettings.defaultMemoryByteCount, range: (1 << 20)...(1 << 30))
        unsyncedDirectory = section.value(
            "unsynced_directory", expected: "the absolute path of a directory on a tmpfs, or \"\" for none"
        ) { $0.isEmpty || $0.hasPrefix("/") ? $0 : nil }
        segmentByteCount = BufferSettings.defaultSegmentByteCount
    }

    /// The ring's settings for a machine.
    func ring(machineID: RingID, newRingID: RingID) -> RingSettings {
        RingSettings(
            byteCount: byteCount, segmentByteCount: segmentByteCount, uncommittedByteLimit: memoryByteCount,
            policy: .overwriteOldest, machineID: machineID, newRingID: newRingID)
    }
}
