/// A real process or socket that a test needs and did not get.
package struct PeerError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
