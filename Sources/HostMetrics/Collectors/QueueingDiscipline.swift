internal import LinuxSystem

/// A queueing discipline at the root of an interface, and what it has counted.
struct QueueingDiscipline {
    /// The kernel's number of the interface.
    let interface: Int32
    /// Its name: `fq_codel`.
    let kind: NetlinkPart
    /// In the order of `QdiscCollector.families`; nil for what this kernel does not tell.
    var values: [7 of UInt64?] = .init(repeating: nil)

    /// RTM_GETQDISC, with `tcmsg`.
    static let request = NetlinkRequest(
        name: "netlink qdiscs", type: 38, body: [UInt8](repeating: 0, count: 20))
    private static let messageType: UInt16 = 36
    private static let headByteCount = 20
    /// TC_H_ROOT.
    private static let root = UInt32.max

    /// Calls `body` for each at a root, in the kernel's order.
    static func parse(
        _ answer: NetlinkAnswer, _ body: (QueueingDiscipline) throws(DamagedText) -> Void
    ) throws(DamagedText) {
        try answer.forEach(messageType, headByteCount: headByteCount) { head, attributes throws(DamagedText) in
            let parent = try head.number(UInt32.self, at: 12)
            guard parent == root || parent == 0 else { return }
            var attributes = attributes
            var kind: NetlinkPart?
            var old: NetlinkPart?
            var new: NetlinkPart?
            while let attribute = try attributes.next() {
                switch attribute.type {
                // TCA_KIND, TCA_STATS, TCA_STATS2.
                case 1: kind = attribute.value
                case 3: old = attribute.value
                case 7: new = attribute.value
                default: break
                }
            }
            guard let kind else { throw head.damage("a queueing discipline with a name") }
            var discipline = QueueingDiscipline(interface: try head.number(Int32.self, at: 4), kind: kind)
            if let old { try discipline.addOldStatistics(old) }
            if let new { try discipline.addStatistics(new) }
            try body(discipline)
        }
    }

    /// `tc_stats`: bytes, packets, drops, overlimits, two rates, length, backlog.
    private mutating func addOldStatistics(_ value: NetlinkPart) throws(DamagedText) {
        values[0] = try value.number(UInt64.self)
        values[1] = UInt64(try value.number(UInt32.self, at: 8))
        values[2] = UInt64(try value.number(UInt32.self, at: 12))
        values[4] = UInt64(try value.number(UInt32.self, at: 16))
        values[5] = UInt64(try value.number(UInt32.self, at: 28))
        values[6] = UInt64(try value.number(UInt32.self, at: 32))
    }

    private mutating func addStatistics(_ value: NetlinkPart) throws(DamagedText) {
        var attributes = value.attributes
        var allPackets: UInt64?
        while let attribute = try attributes.next() {
            let value = attribute.value
            switch attribute.type {
            // TCA_STATS_BASIC: bytes, packets.
            case 1:
                values[0] = try value.number(UInt64.self)
                values[1] = UInt64(try value.number(UInt32.self, at: 8))
            // TCA_STATS_QUEUE: length, backlog, drops, requeues, overlimits.
            case 3:
                values[5] = UInt64(try value.number(UInt32.self))
                values[6] = UInt64(try value.number(UInt32.self, at: 4))
                values[2] = UInt64(try value.number(UInt32.self, at: 8))
                values[3] = UInt64(try value.number(UInt32.self, at: 12))
                values[4] = UInt64(try value.number(UInt32.self, at: 16))
            // TCA_STATS_PKT64, where the packets are more than 32 bits count.
            case 8: allPackets = try value.number(UInt64.self)
            default: break
            }
        }
        if let allPackets { values[1] = allPackets }
    }
}
