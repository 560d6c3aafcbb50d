/// What a request may hold only so many of.
package enum RequestLimit: String, Sendable, Hashable {
    case series
    case samples
    case symbols
    case labelBytes = "label bytes"
}
