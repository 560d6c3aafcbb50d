/// A body that is produced piece by piece.
package struct HTTPBodyStream: Sendable {
    /// The next chunk, nil at the end. Called by one task at a time. An error breaks the connection off, which is how
    /// the client learns that the body is not whole.
    package let next: @Sendable () async throws -> [UInt8]?

    package init(next: @escaping @Sendable () async throws -> [UInt8]?) { self.next = next }
}
