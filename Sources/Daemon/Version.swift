/// The version of both programs.
package enum Version {
    package static let text = "0.1.0"
    /// Neither program ran before 2026 began, so that a clock which says less is wrong; in ms since 1970.
    package static let earliestUnixMilliseconds: Int64 = 1_767_225_600_000
}
