/// How gravity is dealt with in a machine's raw acceleration: the label `reason` of `wayside_vibration_state`.
package enum AccelerationState: String, CaseIterable, Sendable {
    case ok
    /// The mean of each axis is not known yet.
    case settling
    /// Only a magnitude is sent, and gravity cannot be taken out of that.
    case magnitudeOnly = "magnitude_only"
    /// Some of x, y and z are not sent.
    case axesMissing = "axes_missing"
}
