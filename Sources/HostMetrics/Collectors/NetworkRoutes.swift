internal import LinuxSystem

/// The kernel's routes: one for each way to a destination, of which a multipath route has many.
struct NetworkRoutes {
    struct Route {
        /// The kernel's number of the interface that it leaves by.
        var interface: Int32 = 0
        /// How many bits of the destination count.
        var destinationBitCount: UInt8 = 0
        /// The kernel's number of what set the route.
        var origin: UInt8 = 0
        var priority: UInt32 = 0
        /// Of a multipath route; 0 for others.
        var weight = 0
        /// The addresses' bytes, in the network's order; nil where the route has none.
        var destination: NetlinkPart?
        var source: NetlinkPart?
        var gateway: NetlinkPart?
    }

    /// RTM_GETROUTE of all families, with `rtmsg`.
    static let request = NetlinkRequest(
        name: "netlink routes", type: 26, body: [UInt8](repeating: 0, count: 12))

    /// What sets routes, by RTPROT_*; others are `unknown`.
    static let origins: [UInt8: String] = [
        0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 8: "gated", 9: "ra", 10: "mrt", 11: "zebra",
        12: "bird", 13: "dnrouted", 14: "xorp", 15: "ntk", 16: "dhcp", 17: "mrouted", 42: "babel", 186: "bgp",
        187: "isis", 188: "ospf", 189: "rip", 192: "eigrp",
    ]

    private static let messageType: UInt16 = 24
    private static let headByteCount = 12
    /// RTN_UNICAST: routes to other hosts, not the addresses of this one nor broadcasts.
    private static let unicast: UInt8 = 1

    /// Calls `body` for each way to a destination, in the kernel's order.
    static func parse(
        _ answer: NetlinkAnswer, _ body: (Route) throws(DamagedText) -> Void
    ) throws(DamagedText) {
        try answer.forEach(messageType, headByteCount: headByteCount) { head, attributes throws(DamagedText) in
            // AF_INET and AF_INET6; MPLS and the tables of multicast have other addresses.
            let addressByteCount: Int
            switch try head.number(UInt8.self) {
            case 2: addressByteCount = 4
            case 10: addressByteCount = 16
            default: return
            }
            guard try head.number(UInt8.self, at: 7) == unicast else { return }
            var route = Route()
            route.destinationBitCount = try head.number(UInt8.self, at: 1)
            route.origin = try head.number(UInt8.self, at: 5)
            guard Int(route.destinationBitCount) <= addressByteCount * 8 else {
                throw head.damage("the length of a prefix", at: 1)
            }
            let hops = try read(attributes, addressByteCount, into: &route)
            if route.destinationBitCount == 0 { route.destination = nil }
            if route.destinationBitCount > 0, route.destination == nil { throw head.damage("a route to somewhere") }
            guard let hops else { return try body(route) }
            try forEachHop(hops, route, addressByteCount, body)
        }
    }

    /// Answers the ways of a multipath route.
    private static func read(
        _ attributes: NetlinkAttributes, _ addressByteCount: Int, into route: inout Route
    ) throws(DamagedText) -> NetlinkPart? {
        var attributes = attributes
        var hops: NetlinkPart?
        while let attribute = try attributes.next() {
            let value = attribute.value
            switch attribute.type {
            // RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_PREFSRC, RTA_MULTIPATH.
            case 1: route.destination = try address(value, addressByteCount)
            case 4: route.interface = try value.number(Int32.self)
            case 5: route.gateway = try address(value, addressByteCount)
            case 6: route.priority = try value.number(UInt32.self)
            case 7: route.source = try address(value, addressByteCount)
            case 9: hops = value.count > 0 ? value : nil
            default: break
            }
        }
        return hops
    }

    /// `rtnexthop` for each way: its length with its attributes, flags, weight less one, interface.
    private static func forEachHop(
        _ hops: NetlinkPart, _ route: Route, _ addressByteCount: Int, _ body: (Route) throws(DamagedText) -> Void
    ) throws(DamagedText) {
        var offset = 0
        while offset < hops.count {
            let count = Int(try hops.number(UInt16.self, at: offset))
            guard count >= 8, count <= hops.count - offset else {
                throw hops.damage("a way that ends within its route", at: offset)
            }
            var hop = route
            hop.weight = Int(try hops.number(UInt8.self, at: offset + 3)) + 1
            hop.interface = try hops.number(Int32.self, at: offset + 4)
            hop.gateway = nil
            let start = hops.range.lowerBound + offset
            var attributes = NetlinkAttributes(hops.bytes, start + 8..<start + count)
            while let attribute = try attributes.next() {
                guard attribute.type == 5 else { continue }
                hop.gateway = try address(attribute.value, addressByteCount)
            }
            try body(hop)
            offset += NetlinkMessages.aligned(count)
        }
    }

    private static func address(
        _ value: NetlinkPart, _ byteCount: Int
    ) throws(DamagedText) -> NetlinkPart {
        guard value.count == byteCount else { throw value.damage("an address of \(byteCount) bytes") }
        return value
    }
}
