/// What a sample's value is. Histograms have their number reserved in every format that carries a kind.
package enum SampleKind: UInt8, Sendable {
    case float = 0
}
