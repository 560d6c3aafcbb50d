/// What a backup has become: a whole copy, or one without the files that could not be read.
package struct StoreBackup: Sendable, Hashable {
    /// The end of the name of a copy that is not whole, and the file within it that says what it lacks.
    package static let incompleteSuffix = ".incomplete"
    package static let listName = "missing.txt"
    /// Files that are named in one line; further ones are counted.
    private static let namedLimit = 3

    /// A file that is not in the copy.
    package struct Omission: Sendable, Hashable {
        package let name: String
        package let reason: String
    }

    /// Where the copy is: under the name that was asked for only where it is whole.
    package let path: String
    package let omissions: [Omission]

    package var isWhole: Bool { omissions.isEmpty }

    /// A line for each file that it lacks.
    var list: String { omissions.map { "\($0.name): \($0.reason)\n" }.joined() }
}

extension StoreBackup: CustomStringConvertible {
    package var description: String {
        if isWhole { return path }
        var names = omissions.prefix(Self.namedLimit).map { "\($0.name) (\($0.reason))" }.joined(separator: ", ")
        if omissions.count > Self.namedLimit { names += " and \(omissions.count - Self.namedLimit) more" }
        return "the copy is incomplete: \(path) has all but \(names); \(Self.listName) in it lists what it lacks"
    }
}
