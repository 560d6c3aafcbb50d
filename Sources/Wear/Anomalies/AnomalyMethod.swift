/// A way to tell values that do not belong.
package enum AnomalyMethod: Int, CaseIterable, Sendable {
    case robustZ
    case ewma
    case cusum

    /// The label `method`, and the key in settings.
    package var name: String {
        switch self {
        case .robustZ: "robust_z"
        case .ewma: "ewma"
        case .cusum: "cusum"
        }
    }
}
