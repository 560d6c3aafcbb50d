/// How bad an anomaly is, the label `severity` of `ai_anomalies_detected_total`.
package enum AnomalySeverity: Int, CaseIterable, Sendable {
    /// One method says so.
    case warning
    /// Two methods agree, or one is at more than twice its limit.
    case critical

    package var name: String {
        switch self {
        case .warning: "warning"
        case .critical: "critical"
        }
    }
}
