package import MetricModel

/// Turns batches into the bytes of dictionary and samples records.
///
/// It owns the dictionary of the segment being written and starts afresh with each segment. Declarations count only
/// once `confirm()` is called: an append that fails, or that is done again for the next segment, leaves no trace.
package struct BatchRecordEncoder {
    /// How many samples and series one batch may put into a record; more go into further records.
    package let sampleLimitPerRecord: Int

    package init(sampleLimitPerRecord: Int = 20_000) {
        self.sampleLimitPerRecord = sampleLimitPerRecord
    }

    /// Gives the records of `batch` in order: declarations first, then samples. An empty batch gives none.
    /// `emit` gets each record's bytes, valid during the call.
    package mutating func encode(
        _ batch: SampleBatch, at place: RecordPlace, emit: (EncodedRecord, UnsafeRawBufferPointer) -> Void
    ) {
        preconditionFailure("not written yet")
    }

    /// The records of the last `encode` are in the log; their declarations hold from now on.
    package mutating func confirm() {}
}
