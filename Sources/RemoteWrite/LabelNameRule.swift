/// What a metric or label name may consist of.
package enum LabelNameRule: Sendable, Hashable {
    /// `[a-zA-Z_]([a-zA-Z0-9_])*`, for metrics also `:`. Source: remote write 1.0, "Labels".
    case prometheusClassic
    /// Any UTF-8. Source: remote write 2.0, "Labels".
    case utf8
}
