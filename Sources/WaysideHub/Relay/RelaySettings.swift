internal import Daemon
package import Delivery
internal import RemoteWrite
package import SettingsFile
package import Shipping

/// One entry of `relay:`, a further receiver of everything that the hub receives.
package struct RelaySettings: SettingsReadable, Sendable {
    /// What metrics and its directory are called by.
    package let name: String
    package let receiver: ReceiverSettings
    /// Fields beside those of remote write, the tenant's among them.
    package let headers: [(name: String, value: String)]
    package let filter: SeriesFilter
    /// `keep` and `drop` as they are written, which tells one filter from another.
    package let filterText: String
    package let bufferByteCount: Int

    private static let expectedName = "1 to 64 letters, digits, _, - and . that do not begin with a point"
    private static let defaultTenantHeader = "X-Scope-OrgID"

    package init(from section: SettingsSection) {
        let name = section.value("name", expected: RelaySettings.expectedName) {
            RelaySettings.isName($0) ? $0 : nil
        }
        if name == nil, !section.isGiven("name") {
            section.problem("name", "required; expected \(RelaySettings.expectedName)")
        }
        self.name = name ?? ""
        receiver = ReceiverSettings(from: section)
        let selectors = SelectorSettings(from: section)
        filter = SeriesFilter(keep: selectors.keep, drop: selectors.drop)
        filterText = selectors.text
        bufferByteCount = section.byteSize("buffer_size", default: 256 << 20, range: (2 << 20)...(1 << 40))
        headers = RelaySettings.headers(section)
    }

    private static func headers(_ section: SettingsSection) -> [(name: String, value: String)] {
        var headers = section.map(
            "headers", expected: "a text of printable ASCII",
            expectedName: "a header's name that remote write and this hub do not set themselves", isName: isHeaderName
        ) { isHeaderValue($0) ? $0 : nil }
        let field = section.value(
            "tenant_header", expected: "a header's name such as X-Scope-OrgID or THANOS-TENANT",
            default: defaultTenantHeader
        ) { isHeaderName($0) ? $0 : nil }
        let tenant = section.value("tenant", expected: "a tenant's id of printable ASCII") {
            !$0.isEmpty && isHeaderValue($0) ? $0 : nil
        }
        if let tenant {
            if headers.contains(where: { $0.name.lowercased() == field.lowercased() }) {
                section.problem("tenant", "\"headers\" sets \(field) too; give one of the two")
            }
            headers.append((field, tenant))
        } else if section.isGiven("tenant_header"), !section.isGiven("tenant") {
            section.problem("tenant_header", "needs \"tenant\", the id to send in it")
        }
        return headers
    }

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
            && text.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
                    || [45, 46, 95].contains(byte)
            }
    }

    /// Names that a request's framing or this hub sets.
    private static let ownHeaderNames: Set<String> = [
        "authorization", "connection", "host", "transfer-encoding", "retry-attempt", "wayside-agent", "wayside-via",
    ]

    private static func isHeaderName(_ text: String) -> Bool {
        let name = text.lowercased()
        return (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || [45, 95].contains($0) }
            && !WireFormat.reservedHeaderNames.contains(name) && !ownHeaderNames.contains(name)
    }

    private static func isHeaderValue(_ text: String) -> Bool {
        text.utf8.count <= 1024 && text.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    }
}
