internal import LinuxSystem

/// What the driver of a CAN controller tells by netlink.
struct CANController {
    /// What it has counted, in the order of `can_device_stats`.
    enum Count: Int, CaseIterable {
        case busErrors, warnings, passives, busOffs, lostArbitrations, restarts
    }

    /// The interface.
    let name: NetlinkPart
    /// CAN_STATE_*, by which `CANControllerSeries.states` is ordered.
    var state: UInt32?
    /// The two counters that the state follows from; not every driver tells them.
    var transmitErrors: UInt16?
    var receiveErrors: UInt16?
    /// Bits a second; 0 while none is set.
    var bitrate: UInt32?
    /// The same for the data of CAN FD.
    var dataBitrate: UInt32?
    var counts: [6 of UInt32]?

    /// Calls `body` for each interface that is driven by the kernel's CAN drivers; those without a controller (`vcan`,
    /// `vxcan`) are of another kind.
    static func parse(
        _ answer: NetlinkAnswer, _ body: (CANController) throws(DamagedText) -> Void
    ) throws(DamagedText) {
        try answer.forEach(
            NetworkLinks.messageType, headByteCount: NetworkLinks.headByteCount
        ) { head, attributes throws(DamagedText) in
            var attributes = attributes
            var name: NetlinkPart?
            var information: NetlinkPart?
            while let attribute = try attributes.next() {
                switch attribute.type {
                case NetworkLinks.nameAttribute: name = attribute.value
                // IFLA_LINKINFO.
                case 18: information = attribute.value
                default: break
                }
            }
            guard let information, let name else { return }
            var controller = CANController(name: name)
            if try controller.read(information) { try body(controller) }
        }
    }

    /// False for an interface of another kind.
    private mutating func read(_ information: NetlinkPart) throws(DamagedText) -> Bool {
        var attributes = information.attributes
        var isCAN = false
        var data: NetlinkPart?
        var statistics: NetlinkPart?
        while let attribute = try attributes.next() {
            switch attribute.type {
            // IFLA_INFO_KIND, IFLA_INFO_DATA, IFLA_INFO_XSTATS.
            case 1: isCAN = attribute.value.name.elementsEqual("can".utf8)
            case 2: data = attribute.value
            case 3: statistics = attribute.value
            default: break
            }
        }
        guard isCAN else { return false }
        if let data { try readData(data) }
        if let statistics {
            var counts: [6 of UInt32] = .init(repeating: 0)
            for count in Count.allCases {
                counts[count.rawValue] = try statistics.number(UInt32.self, at: 4 * count.rawValue)
            }
            self.counts = counts
        }
        return true
    }

    private mutating func readData(_ data: NetlinkPart) throws(DamagedText) {
        var attributes = data.attributes
        while let attribute = try attributes.next() {
            let value = attribute.value
            switch attribute.type {
            // IFLA_CAN_BITTIMING and IFLA_CAN_DATA_BITTIMING: `can_bittiming`, which begins with the bitrate.
            case 1: bitrate = try value.number(UInt32.self)
            case 9: dataBitrate = try value.number(UInt32.self)
            // IFLA_CAN_STATE.
            case 4: state = try value.number(UInt32.self)
            // IFLA_CAN_BERR_COUNTER: `can_berr_counter`.
            case 8:
                transmitErrors = try value.number(UInt16.self)
                receiveErrors = try value.number(UInt16.self, at: 2)
            default: break
            }
        }
    }
}
