/// A message that could not be taken: what, where, and what was expected.
package struct MalformedMessage: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: MalformedReason
    /// Offset into the payload at which reading ended.
    package let byteOffset: Int
    /// What should have been there: `a number in "uptime_ms"`.
    package let expected: String
    /// The device, where it is known.
    package var deviceID = ""
    /// The topic, with what is not printable ASCII replaced, at most 128 bytes.
    package var topic = ""

    package init(_ reason: MalformedReason, at byteOffset: Int, expected: String) {
        self.reason = reason
        self.byteOffset = byteOffset
        self.expected = expected
    }

    /// For the log: `wayside/v1/pump-3/telemetry: invalid_json at byte 17: expected a digit`.
    package var description: String {
        "\(topic): \(reason.rawValue) at byte \(byteOffset): expected \(expected)"
    }
}
