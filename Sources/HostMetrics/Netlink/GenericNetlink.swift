internal import LinuxSystem

/// Generic netlink, where parts of the kernel are asked under numbers that they get when they are loaded.
enum GenericNetlink {
    /// `genlmsghdr`: command, version, two bytes of nothing.
    static let headByteCount = 4
    /// GENL_ID_CTRL, which tells the numbers.
    static let controller: UInt16 = 16

    /// CTRL_CMD_GETFAMILY with CTRL_ATTR_FAMILY_NAME. One that is not loaded is refused with ENOENT.
    static func familyRequest(_ name: String) -> NetlinkRequest {
        NetlinkRequest(
            name: "netlink family", type: controller, isDump: false,
            body: [3, 2, 0, 0] + attribute(2, Array(name.utf8) + [0]))
    }

    /// CTRL_ATTR_FAMILY_ID.
    static func family(_ answer: NetlinkAnswer) throws(DamagedText) -> UInt16 {
        var family: UInt16?
        try answer.forEach(controller, headByteCount: headByteCount) { _, attributes throws(DamagedText) in
            var attributes = attributes
            while let attribute = try attributes.next() {
                if attribute.type == 1 { family = try attribute.value.number(UInt16.self) }
            }
        }
        // Below are the numbers that netlink itself uses.
        guard let family, family >= controller else {
            throw DamagedText(byteOffset: 0, expected: "the number of a family")
        }
        return family
    }

    /// An attribute as requests hold it.
    static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        let count = UInt16(4 + value.count)
        var bytes = withUnsafeBytes(of: (count, type)) { Array($0) } + value
        while bytes.count % NetlinkMessages.alignment != 0 { bytes.append(0) }
        return bytes
    }
}
