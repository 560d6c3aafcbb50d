/// What a netlink service is asked for.
package struct NetlinkRequest: Sendable {
    /// What errors call it: `netlink routes`.
    package let name: String
    /// The kernel's number of the message.
    package let type: UInt16
    /// Whether it asks for all there is, which comes in many messages, or for one thing.
    package let isDump: Bool
    /// The service's own header and its attributes.
    package let body: [UInt8]

    package init(name: String, type: UInt16, isDump: Bool = true, body: [UInt8]) {
        self.name = name
        self.type = type
        self.isDump = isDump
        self.body = body
    }
}
