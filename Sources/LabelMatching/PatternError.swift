/// Why a regular expression was refused.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in the words of Go's `regexp/syntax`, which is what users of Prometheus know.
    package let reason: String
    /// The part of the pattern that is wrong, possibly all of it.
    package let fragment: String

    package var description: String { "error parsing regexp: \(reason): `\(fragment)`" }
}
