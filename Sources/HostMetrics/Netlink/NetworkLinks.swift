internal import LinuxSystem

/// The names of the network interfaces by the kernel's numbers of them, which is what its other answers hold.
struct NetworkLinks {
    /// RTM_GETLINK, with `ifinfomsg` and the attribute IFLA_EXT_MASK that leaves the statistics out
    /// (RTEXT_FILTER_SKIP_STATS), which are most of the answer.
    static let request = NetlinkRequest(
        name: "netlink links", type: 18, body: [UInt8](repeating: 0, count: 16) + [8, 0, 29, 0, 8, 0, 0, 0])
    /// RTM_NEWLINK.
    static let messageType: UInt16 = 16
    static let headByteCount = 16
    /// IFLA_IFNAME.
    static let nameAttribute: UInt16 = 3

    private var links: [(index: Int32, name: [UInt8])] = []

    /// Follows interfaces that came, went or were renamed.
    mutating func update(_ answer: NetlinkAnswer) throws(DamagedText) {
        var count = 0
        var links = links
        self.links = []
        try answer.forEach(Self.messageType, headByteCount: Self.headByteCount) { head, rest throws(DamagedText) in
            let index = try head.number(Int32.self, at: 4)
            var attributes = rest
            while let attribute = try attributes.next() {
                guard attribute.type == Self.nameAttribute else { continue }
                let name = attribute.value.name
                if count < links.count {
                    links[count].index = index
                    if !links[count].name.elementsEqual(name) { links[count].name = Array(name) }
                } else {
                    links.append((index, Array(name)))
                }
                count += 1
                break
            }
        }
        links.removeLast(links.count - count)
        self.links = links
    }

    /// Nil for an interface that came after the names were asked for.
    func name(of index: Int32) -> [UInt8]? { links.first { $0.index == index }?.name }
}
