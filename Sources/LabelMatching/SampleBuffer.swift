/// The samples of one series at a time, for whoever goes through many: two columns of equal length whose memory is
/// used again.
package struct SampleBuffer: Sendable {
    /// Milliseconds since 1970, strictly ascending.
    package var unixMilliseconds: [Int64] = []
    package var values: [Double] = []

    package init() {}

    package mutating func removeAll() {
        unixMilliseconds.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}
