package import MetricModel

/// The declarations of one segment, as its dictionary records make them.
package struct SegmentDictionary {
    /// What was declared of a series.
    package struct Declaration: Sendable {
        /// The full label set in the packed form of `Labels`.
        package let labels: Labels
        package let family: SampleColumns.Family
    }

    /// The most declarations it keeps; more are refused and counted.
    package let seriesLimit: Int
    package private(set) var refusedCount = 0

    package init(seriesLimit: Int) {
        self.seriesLimit = seriesLimit
    }

    /// Takes the declarations of a dictionary record. Those made before are left as they are.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) throws(BatchRecordError) {
        preconditionFailure("not written yet")
    }

    package mutating func removeAll() {}
}
