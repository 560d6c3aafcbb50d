internal import LinuxSystem

/// A ring as it lies on a disk, for a person: its files, and the log to read its records with. Writes nothing.
///
/// Whose machine the ring is of does not matter here: it is the one that most segments belong to.
package struct RingInspection {
    /// One segment file.
    package struct Segment: Sendable {
        package enum Content: Hashable, Sendable {
            case empty
            /// A segment of the ring, by its number and its records; `last` is below `first` where it has none.
            case records(segment: UInt64, first: RecordNumber, last: RecordNumber)
            /// A segment of another ring.
            case foreign(RingID, segment: UInt64)
            case ignored(RecoveryReport.IgnoredReason)
        }

        package let fileName: String
        package let byteCount: Int
        package let content: Content
    }

    package let log: RingLog<ReadOnlyDisk>
    package let machineID: RingID
    /// By slot.
    package let segments: [Segment]
    /// Files that are not the ring's.
    package let otherFiles: [String]

    package init(directory: String) throws(RingError) {
        let disk = ReadOnlyDisk(directory: directory)
        var headers: [String: SegmentHeader] = [:]
        let names: [String]
        do throws(SystemError) { names = try disk.list().sorted() } catch { throw .disk(error) }
        var machines: [RingID: Int] = [:]
        var segmentByteCount = 4 << 20
        for name in names where RingSlot.index(ofFile: name) != nil {
            guard let header = Self.header(of: name, on: disk) else { continue }
            headers[name] = header
            machines[header.machineID, default: 0] += 1
            segmentByteCount = header.segmentByteCount
        }
        let machine = machines.max { ($0.value, $0.key.high) < ($1.value, $1.key.high) }?.key
        machineID = machine ?? RingID(high: 0, low: 0)
        // As large as it can be, so that nothing of it counts as too much.
        let log = try RingLog(
            opening: disk,
            settings: RingSettings(
                byteCount: 1 << 50, segmentByteCount: segmentByteCount, policy: .overwriteOldest,
                machineID: machineID, newRingID: RingID(high: 0, low: 0)))
        self.log = log
        let ignored = Dictionary(log.recovery.ignored.map { ($0.fileName, $0.reason) }, uniquingKeysWith: { $1 })
        segments = log.slots.values.sorted { $0.index < $1.index }.map { slot in
            let name = RingSlot.fileName(slot.index)
            return Segment(
                fileName: name, byteCount: slot.byteCount,
                content: Self.content(slot, log.segment(in: slot), headers[name], ignored[name]))
        }
        otherFiles = names.filter { RingSlot.index(ofFile: $0) == nil && $0 != RingFormat.cursorFileName }
    }

    private static func content(
        _ slot: RingSlot, _ segment: StoredSegment?, _ header: SegmentHeader?, _ ignored: RecoveryReport.IgnoredReason?
    ) -> Segment.Content {
        if let ignored, ignored == .foreign, let header {
            return .foreign(header.ringID, segment: header.segmentNumber)
        }
        if let ignored { return .ignored(ignored) }
        guard let segment else { return .empty }
        return .records(segment: segment.number, first: segment.firstRecord, last: segment.lastRecord)
    }

    private static func header(of name: String, on disk: ReadOnlyDisk) -> SegmentHeader? {
        var page = [UInt8](repeating: 0, count: RingFormat.pageByteCount)
        let count = page.withUnsafeMutableBytes { buffer in
            // What cannot be read is in the report as such.
            (try? disk.open(name).read(into: buffer, at: 0)) ?? 0
        }
        guard count == page.count, case .header(let header) = page.withUnsafeBytes(SegmentHeader.read) else {
            return nil
        }
        return header
    }
}
