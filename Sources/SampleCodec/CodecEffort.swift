/// How hard the encoder looks for the shortest form.
package enum CodecEffort: Sendable {
    /// Estimates decide: for chunks that will be coded again.
    case quick
    /// Every form that comes near is tried, and clock ticks are looked for: for files that stay.
    case final
}
