internal import LinuxSystem

/// What nl80211 tells of wireless interfaces, of the networks they hear and of the stations they talk to.
enum WirelessAnswers {
    struct Interface {
        let index: Int32
        let name: NetlinkPart
        /// In MHz; nil while it is on no channel.
        let frequency: UInt32?
    }

    /// The network that an interface takes part in.
    struct Network {
        let address: NetlinkPart
        /// Nil where it hides its name.
        let name: NetlinkPart?
        /// NL80211_BSS_STATUS_*.
        let status: UInt32

        /// As node_exporter calls it.
        var mode: String {
            switch status {
            // Authenticated, associated, joined.
            case 0, 1: "client"
            case 2: "ad-hoc"
            default: "unknown"
            }
        }
    }

    /// NL80211_CMD_NEW_INTERFACE, NL80211_CMD_NEW_STATION, NL80211_CMD_NEW_SCAN_RESULTS.
    private static let newInterface: UInt8 = 7
    private static let newStation: UInt8 = 19
    private static let newScanResults: UInt8 = 34

    /// Calls `body` for each interface that has a name; those of virtual devices have none.
    static func parseInterfaces(
        _ answer: NetlinkAnswer, _ family: UInt16, _ body: (Interface) throws(DamagedText) -> Void
    ) throws(DamagedText) {
        try forEach(answer, family, newInterface) { attributes throws(DamagedText) in
            var attributes = attributes
            var index: Int32?
            var name: NetlinkPart?
            var frequency: UInt32?
            while let attribute = try attributes.next() {
                switch attribute.type {
                // NL80211_ATTR_IFINDEX, NL80211_ATTR_IFNAME, NL80211_ATTR_WIPHY_FREQ.
                case 3: index = try attribute.value.number(Int32.self)
                case 4: name = attribute.value
                case 38: frequency = try attribute.value.number(UInt32.self)
                default: break
                }
            }
            guard let index, let name else { return }
            try body(Interface(index: index, name: name, frequency: frequency))
        }
    }

    /// The one network of those heard that the interface takes part in, which alone has a status.
    static func parseNetwork(_ answer: NetlinkAnswer, _ family: UInt16) throws(DamagedText) -> Network? {
        var found: Network?
        try forEach(answer, family, newScanResults) { attributes throws(DamagedText) in
            var attributes = attributes
            while let attribute = try attributes.next() {
                // NL80211_ATTR_BSS.
                guard attribute.type == 47, found == nil else { continue }
                found = try network(attribute.value)
            }
        }
        return found
    }

    private static func network(_ value: NetlinkPart) throws(DamagedText) -> Network? {
        var attributes = value.attributes
        var address: NetlinkPart?
        var status: UInt32?
        var name: NetlinkPart?
        while let attribute = try attributes.next() {
            switch attribute.type {
            // NL80211_BSS_BSSID, NL80211_BSS_INFORMATION_ELEMENTS, NL80211_BSS_STATUS.
            case 1: address = attribute.value
            case 6: name = networkName(attribute.value)
            case 9: status = try attribute.value.number(UInt32.self)
            default: break
            }
        }
        guard let address, let status else { return nil }
        return Network(address: address, name: name, status: status)
    }

    /// The element 0 of those that the network sends: a number, a length, and so many bytes for each. They come from the air,
    /// so that what is wrong with them is not the kernel's fault and no error.
    private static func networkName(_ elements: NetlinkPart) -> NetlinkPart? {
        let bytes = elements.bytes
        var offset = elements.range.lowerBound
        while elements.range.upperBound - offset >= 2 {
            let end = offset + 2 + Int(bytes[offset + 1])
            guard end <= elements.range.upperBound else { return nil }
            if bytes[offset] == 0 { return NetlinkPart(bytes: bytes, range: offset + 2..<end) }
            offset = end
        }
        return nil
    }

    /// Calls `body` for each station with its address and its NL80211_ATTR_STA_INFO.
    static func parseStations(
        _ answer: NetlinkAnswer, _ family: UInt16,
        _ body: (_ address: NetlinkPart, WirelessStation) throws(DamagedText) -> Void
    ) throws(DamagedText) {
        try forEach(answer, family, newStation) { attributes throws(DamagedText) in
            var attributes = attributes
            var address: NetlinkPart?
            var information: NetlinkPart?
            while let attribute = try attributes.next() {
                switch attribute.type {
                // NL80211_ATTR_MAC, NL80211_ATTR_STA_INFO.
                case 6: address = attribute.value
                case 21: information = attribute.value
                default: break
                }
            }
            guard let address, let information else { return }
            try body(address, try WirelessStation(information))
        }
    }

    /// Calls `body` for each message of the command, behind `genlmsghdr`. One of another family shows that nl80211 no
    /// longer has the number it was asked under, which is damage: to read over it would be to see no interfaces for good.
    private static func forEach(
        _ answer: NetlinkAnswer, _ family: UInt16, _ command: UInt8,
        _ body: (NetlinkAttributes) throws(DamagedText) -> Void
    ) throws(DamagedText) {
        try answer.forEach(family, headByteCount: GenericNetlink.headByteCount, isAlone: true) {
            head, attributes throws(DamagedText) in
            if try head.number(UInt8.self) == command { try body(attributes) }
        }
    }
}
