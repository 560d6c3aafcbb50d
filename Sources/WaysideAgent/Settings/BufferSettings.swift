package import SettingsFile

/// `buffer:` the ring on flash.
package struct BufferSettings: SettingsReadable, Sendable {
    /// The most that the ring's segments take.
    package let byteCount: Int
    /// What a power cut may cost of host samples; zero syncs every batch.
    package let maximumLoss: Duration
    /// The size of one segment file. Not for the operator: tests make it small, so that laps are short.
    let segmentByteCount: Int

    static let defaultSegmentByteCount = 4 << 20

    init(byteCount: Int, maximumLoss: Duration, segmentByteCount: Int = defaultSegmentByteCount) {
        self.byteCount = byteCount
        self.maximumLoss = maximumLoss
        self.segmentByteCount = segmentByteCount
    }

    package init(from section: SettingsSection) {
        segmentByteCount = BufferSettings.defaultSegmentByteCount
        byteCount = section.byteSize("size", default: 64 << 20, range: (1 << 20)...(1 << 40))
        maximumLoss = section.duration("max_loss", default: .seconds(15), range: .zero ... .seconds(3600))
    }
}
