internal import Glibc

/// Waiting for something that another thread or process brings about.
package enum Condition {
    /// Looks every few milliseconds until `holds` answers true. The limit is generous because it only ends a test
    /// that has failed already.
    package static func wait(
        for what: String, timeoutSeconds: Int = 120, until holds: () throws -> Bool
    ) throws {
        let end = time(nil) + timeoutSeconds
        while try !holds() {
            if time(nil) > end { throw PeerError("waited \(timeoutSeconds) s in vain for \(what)") }
            usleep(2000)
        }
    }
}
