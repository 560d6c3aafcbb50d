/// One question of a remote-read request: the samples of the series for which all matchers hold, in milliseconds since
/// 1970, both ends included.
package struct ReadQuery: Hashable, Sendable {
    package let from: Int64
    package let through: Int64
    package let matchers: [ReadMatcher]

    package init(from: Int64, through: Int64, matchers: [ReadMatcher]) {
        self.from = from
        self.through = through
        self.matchers = matchers
    }
}
