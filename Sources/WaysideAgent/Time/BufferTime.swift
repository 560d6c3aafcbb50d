internal import BatchRecord
internal import MetricModel
internal import RingLog

/// What the buffer knows of time: which records are corrected, which must not be any more, and whether anything may be
/// sent yet. All of it but `isShippingHeld` is read back from the ring.
struct BufferTime: Sendable {
    var corrections = TimeCorrections()
    /// The last record that was ever tried at any destination, as far as it matters: what stands behind the last record
    /// taken by an unsynchronised clock is not noted.
    var attemptedThrough: RecordNumber = 0
    /// The last record whose batch was taken while the clock was not synchronised, 0 for none. Only such can be corrected.
    var lastUnsynchronisedRecord: RecordNumber = 0
    /// The last record that a synchronised clock took or has corrected: what it says of those before, in this boot, no
    /// other clock may change.
    var lastSynchronisedRecord: RecordNumber = 0
    /// The newest time of the ring that a wrong clock of this boot cannot have given: of a synchronised clock, or of
    /// an earlier boot.
    var newest = NewestTimes()
    /// The last correction of this run and when it was made, for batches that were taken before and come after.
    var lastSet: (correction: TimeCorrectionRecord, bootNanoseconds: Int64)?
    var isShippingHeld = false
    /// Samples that were moved, and those that were placed by a guess, since the start.
    var retimedSamples: UInt64 = 0
    var uncertainSamples: UInt64 = 0
    /// Corrections that were not made because there were too many.
    var refusedCorrections: UInt64 = 0

    /// The name that the state records go by which say how far requests were tried.
    static let attemptOwner = "attempts"

    /// Notes an appended batch.
    mutating func note(_ clock: ClockReading, lastRecord: RecordNumber) {
        if clock.isSynchronised {
            lastSynchronisedRecord = lastRecord
        } else {
            lastUnsynchronisedRecord = lastRecord
        }
        newest.note(clock)
    }

    /// Takes what a ring says when it is opened; ask with every record but dictionaries, in order.
    mutating func take(_ header: RecordHeader, _ bytes: UnsafeRawBufferPointer, _ decoder: BatchRecordDecoder) {
        do throws(BatchRecordError) {
            switch header.kind {
            case .samples: note(try decoder.clock(of: bytes), lastRecord: header.number)
            // A record that names what stands behind it speaks of another ring, from which it was taken over.
            case .timeCorrection:
                let correction = try TimeCorrectionRecord(decoding: bytes)
                if correction.lastRecord < header.number { corrections.add(correction) }
            case .state:
                let state = try StateRecord(decoding: bytes)
                if state.owner == BufferTime.attemptOwner, state.lastAppliedRecord < header.number {
                    attemptedThrough = max(attemptedThrough, state.lastAppliedRecord)
                }
            default: break
            }
        } catch {
            // Damage and later versions are counted by those who read the records for their samples.
        }
    }
}

/// The newest wall clock times of a ring.
struct NewestTimes: Sendable {
    private var synchronised: Int64?
    private var bootID: BootID?
    private var ofBoot: Int64?
    private var ofEarlierBoots: Int64?

    mutating func note(_ clock: ClockReading) {
        if clock.bootID != bootID {
            ofEarlierBoots = NewestTimes.later(ofEarlierBoots, ofBoot)
            bootID = clock.bootID
            ofBoot = nil
        }
        ofBoot = NewestTimes.later(ofBoot, clock.unixMilliseconds)
        if clock.isSynchronised { synchronised = NewestTimes.later(synchronised, clock.unixMilliseconds) }
    }

    /// The newest time but for what an unsynchronised clock said in this boot: that is what the clock is judged by.
    func known(besides boot: BootID) -> Int64? {
        let earlier = bootID == boot ? ofEarlierBoots : NewestTimes.later(ofEarlierBoots, ofBoot)
        return NewestTimes.later(earlier, synchronised)
    }

    /// The newest of both; `other` speaks of the boot that runs.
    func joined(_ other: NewestTimes) -> NewestTimes {
        var joined = other
        joined.synchronised = NewestTimes.later(synchronised, other.synchronised)
        joined.ofEarlierBoots = NewestTimes.later(ofEarlierBoots, other.ofEarlierBoots)
        if bootID == other.bootID || other.bootID == nil {
            joined.bootID = bootID
            joined.ofBoot = NewestTimes.later(ofBoot, other.ofBoot)
        } else {
            joined.ofEarlierBoots = NewestTimes.later(joined.ofEarlierBoots, ofBoot)
        }
        return joined
    }

    private static func later(_ one: Int64?, _ other: Int64?) -> Int64? {
        guard let one else { return other }
        return max(one, other ?? one)
    }
}
