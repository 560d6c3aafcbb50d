package import MetricModel

/// Turns a samples record into samples, with the dictionary of its segment.
package struct BatchRecordDecoder {
    /// One sample of a record.
    package struct Entry {
        /// The series' number in the segment's dictionary; equal numbers with an equal `dictionaryID` are one series.
        package let seriesIndex: Int
        package let declaration: SegmentDictionary.Declaration
        package let unixMilliseconds: Int64
        package let value: Double
    }

    /// What a record says of itself before its samples.
    package struct Summary: Hashable, Sendable {
        package let clock: ClockReading
        package let sampleCount: Int
        package let firstUnixMilliseconds: Int64
        package let lastUnixMilliseconds: Int64
        /// Which of the segment's dictionaries its series are numbered in.
        package let dictionaryID: UInt64
        /// Samples whose declaration is not in the dictionary (its record was damaged); they were not visited.
        package let undeclaredCount: Int
    }

    /// The most samples a record may claim to hold.
    package let sampleLimit: Int

    package init(sampleLimit: Int = 100_000) {
        self.sampleLimit = sampleLimit
    }

    /// Visits the samples in the order in which they were in the batch. Safe on any bytes.
    @discardableResult
    package func decode(
        _ bytes: UnsafeRawBufferPointer, with dictionary: SegmentDictionary, _ visit: (Entry) -> Void
    ) throws(BatchRecordError) -> Summary {
        preconditionFailure("not written yet")
    }
}
