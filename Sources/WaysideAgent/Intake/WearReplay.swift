internal import BatchRecord
internal import DeviceIntake
internal import MetricModel
internal import RingLog
internal import Wear

/// Gives the samples of stored batches of messages to a tracker again.
struct WearReplay {
    /// Batches whose journal has a number up to this are in the snapshot.
    private let position: UInt64
    private let decoder = BatchRecordDecoder()
    private var dictionary = SegmentDictionary()
    /// By dictionary and number in it; nil for what is of no device.
    private var series: [UInt64: [Int: Series?]] = [:]
    /// Records that could not be decoded, or only without some of their samples.
    private(set) var damagedRecordCount: UInt64 = 0

    /// Labels that all series of the gateway have now.
    private let scopeLabels: Set<String>
    /// The labels that mappings give to channels, by metric name.
    private let mappedLabels: [String: String]
    /// What is about no reading.
    private static let commonLabels: Set<String> = ["__name__", "device_id", "instance", "job"]
    private static let scope = SeriesScope(.empty)

    init(position: UInt64, scope: SeriesScope, mappedLabels: [String: String]) {
        self.position = position
        self.mappedLabels = mappedLabels
        scopeLabels = Set(scope.labels.map(\.name))
    }

    mutating func run<Disk: RingDisk>(
        from first: RecordNumber, in ring: RingLog<Disk>, into tracker: inout WearTracker
    ) throws(RingError) {
        var next = max(first, ring.oldestRecord)
        while next <= ring.lastRecord {
            guard let segment = ring.segmentNumber(of: next) else {
                // Of a segment that is gone or damaged whole.
                next += 1
                continue
            }
            try enter(segment, in: ring)
            var stop: RecordNumber?
            _ = try ring.read(from: next, includingUncommitted: true) { header, bytes in
                guard header.segmentNumber == segment else {
                    stop = header.number
                    return false
                }
                if header.kind == .samples { take(bytes, into: &tracker) }
                return true
            }
            next = stop ?? ring.lastRecord + 1
        }
    }

    /// Loads all that a segment declares, the repeated declarations at its end too.
    private mutating func enter<Disk: RingDisk>(_ segment: UInt64, in ring: RingLog<Disk>) throws(RingError) {
        dictionary.removeAll()
        series.removeAll()
        try ring.readDictionary(ofSegment: segment, through: nil) { _, bytes in
            // Each declaration is there twice: what this one held is missed only where both are damaged.
            do throws(BatchRecordError) { try dictionary.add(bytes) } catch { damagedRecordCount += 1 }
        }
    }

    /// A batch of messages is one record with its journal (`DeviceDesk`); batches of ticks have none.
    private mutating func take(_ bytes: UnsafeRawBufferPointer, into tracker: inout WearTracker) {
        do throws(BatchRecordError) {
            let head = try decoder.summary(of: bytes)
            guard !head.annotation.isEmpty, let number = journalNumber(Array(bytes[head.annotation])), number > position
            else { return }
            // Messages count with all their samples or not at all, as for `IntakeRecovery`: those whose declarations a
            // power cut took are delivered again.
            guard try decoder.undeclaredCount(of: bytes, with: dictionary) == 0 else {
                damagedRecordCount += 1
                return
            }
            var samples: [Sample] = []
            samples.reserveCapacity(head.sampleCount)
            try decoder.decode(bytes, with: dictionary) { entry in
                guard let series = series(of: entry, dictionaryID: head.dictionaryID) else { return }
                samples.append(Sample(series, unixMilliseconds: entry.unixMilliseconds, value: entry.value))
            }
            tracker.apply(samples, clock: head.clock, journal: number)
        } catch {
            damagedRecordCount += 1
        }
    }

    /// Nil where the annotation is no journal that this program can read.
    private mutating func journalNumber(_ annotation: [UInt8]) -> UInt64? {
        do throws(StateError) {
            return try DeviceIntake.journalNumber(of: annotation)
        } catch {
            damagedRecordCount += 1
            return nil
        }
    }

    /// The label that names a reading's channel: what a mapping calls it, or else what readings have by themselves. Where
    /// the mapping is gone, or was another, it is the only label that is not the gateway's, as far as that is known: what
    /// labels the gateway had when the sample was taken nobody wrote down.
    func channelLabel(of labels: Labels) -> String {
        let own = labels.map(\.name).filter { !WearReplay.commonLabels.contains($0) && !scopeLabels.contains($0) }
        if let mapped = mappedLabels[labels.metricName], own.contains(mapped) { return mapped }
        return MetricNames.channelLabels.first(where: own.contains) ?? (own.count == 1 ? own.first : nil) ?? "channel"
    }

    /// A series with the labels that a device's reading has.
    private mutating func series(of entry: BatchRecordDecoder.Entry, dictionaryID: UInt64) -> Series? {
        if let known = series[dictionaryID, default: [:]][entry.seriesIndex] { return known }
        let made = makeSeries(entry.declaration)
        series[dictionaryID, default: [:]][entry.seriesIndex] = .some(made)
        return made
    }

    private func makeSeries(_ declaration: SeriesDeclaration) -> Series? {
        guard let id = declaration.labels["device_id"] else { return nil }
        let label = channelLabel(of: declaration.labels)
        let family = MetricFamily(
            declaration.labels.metricName, .gauge, help: "", unit: declaration.family.unit,
            labels: ["device_id", label])
        return Series(family: family, scope: WearReplay.scope, labelValues: [id, declaration.labels[label] ?? ""])
    }
}
