package import LinuxSystem

/// Why a collector could not report everything.
package enum CollectorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file or call failed.
    case system(SystemError)
    /// A file holds something else than its format says, from `byteOffset` on.
    case damaged(path: String, byteOffset: Int, expected: String)
    /// A text file that somebody else writes is not as it has to be.
    case badText(path: String, problem: String)
    /// A bus did not answer, or not as it has to.
    case bus(address: String, problem: String)
    /// What the collector may not do here, and what would let it.
    case notAllowed(what: String, needs: String)
    /// A series had more than one value in a run; of the first such, the name and labels, and how many values of how many
    /// series were left out.
    case repeated(series: String, count: Int)
    /// A read has not come back.
    case stuck(timeoutMilliseconds: Int)

    /// What it is about: the file, or what is not allowed.
    package var subject: String {
        switch self {
        case .system(let error): error.path
        case .damaged(let path, _, _), .badText(let path, _): path
        case .bus(let address, _): address
        case .notAllowed(let what, _): what
        case .repeated(let series, _): series
        case .stuck: ""
        }
    }

    package var description: String {
        switch self {
        case .system(let error): error.description
        case .damaged(let path, let byteOffset, let expected): "\(path): expected \(expected) at byte \(byteOffset)"
        case .badText(let path, let problem): "\(path): \(problem)"
        case .bus(let address, let problem): "\(address): \(problem)"
        case .notAllowed(let what, let needs): "\(what) is not allowed here; it needs \(needs)"
        case .repeated(let series, let count):
            "\(series) was there more than once; the first value stands, \(count) in all were left out"
        case .stuck(let milliseconds):
            "a read did not come back within \(milliseconds) ms; it is left alone until it does"
        }
    }
}

/// Where a text stops being what its format says; the collector adds the path.
package struct DamagedText: Error, Hashable, Sendable {
    package let byteOffset: Int
    package let expected: String

    package init(byteOffset: Int, expected: String) {
        self.byteOffset = byteOffset
        self.expected = expected
    }
}
