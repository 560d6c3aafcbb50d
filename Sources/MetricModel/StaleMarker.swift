/// Prometheus's stale marker: a NaN with a fixed payload that ends a series.
/// Source: remote write 1.0, "Stale markers".
package enum StaleMarker {
    package static let bitPattern: UInt64 = 0x7ff0_0000_0000_0002
    /// The marker as a value. Compare bit patterns, never values: a NaN equals nothing.
    package static let value = Double(bitPattern: bitPattern)

    @inlinable
    @inline(__always)
    package static func isStale(_ value: Double) -> Bool { value.bitPattern == 0x7ff0_0000_0000_0002 }
}
