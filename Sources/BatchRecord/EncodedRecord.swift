/// What one record of an encoded batch is; its bytes come beside it.
package enum EncodedRecord: Hashable, Sendable {
    /// Declarations; `isRepeated` where all were made before in this segment.
    case dictionary(isRepeated: Bool)
    /// Samples; `isBatchEnd` on the batch's last record.
    case samples(isBatchEnd: Bool)
}
