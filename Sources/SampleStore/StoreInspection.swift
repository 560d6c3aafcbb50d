/// What is in a store's directory, read without changing it and while a hub may have it open.
package struct StoreInspection: Sendable {
    package struct Day: Sendable {
        package let name: String
        package let byteCount: Int64
        package let series: Int
        package let chunks: Int
        package let samples: Int
        package let firstUnixMilliseconds: Int64?
        package let lastUnixMilliseconds: Int64?
        /// What is wrong with the file, or nil.
        package let damage: String?
    }

    package let directory: String
    package let days: [Day]
    /// The log's files: how many, and their bytes.
    package let logFiles: Int
    package let logByteCount: Int64
    /// Files that belong to nothing the store knows, and damaged ones set aside.
    package let otherFiles: [String]

    package static func describe(_ directory: String) throws(StoreError) -> StoreInspection {
        preconditionFailure("being built")
    }
}
