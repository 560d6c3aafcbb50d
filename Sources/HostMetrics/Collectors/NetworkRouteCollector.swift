internal import LinuxSystem
internal import MetricModel

/// `network_route`: the routes to other hosts in all tables, by netlink.
final class NetworkRouteCollector: HostCollector {
    private struct Device {
        let series: Series?
        var routeCount = 0
    }

    /// Routes beyond these are counted, and not told: a router of the Internet has a million.
    private static let routeLimit = 4096
    private static let info = MetricFamily(
        "node_network_route_info", .gauge, help: "A route: where to, by which interface and gateway, and who set it.",
        labels: ["device", "src", "dest", "gw", "priority", "proto", "weight"])
    private static let count = MetricFamily(
        "node_network_routes", .gauge, help: "Routes that leave by the interface.", labels: ["device"])

    private let source: NetlinkSource
    private var links = NetworkLinks()
    private var routes = KeyedRows<Series?>()
    private var devices = KeyedRows<Device>()
    private var key: [UInt8] = []

    init(_ settings: HostMetricsSettings) {
        source = NetlinkSource(.route, settings.roots)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try source.ask(NetworkLinks.request, output) { answer throws(DamagedText) in try links.update(answer) }
        let answer = try source.ask(NetworkRoutes.request, output)
        do throws(DamagedText) {
            // Once to see whether it is whole, and then to give it.
            try NetworkRoutes.parse(answer) { _ in }
            try give(answer, &output)
        } catch { throw CollectorError(error, NetworkRoutes.request.name) }
    }

    private func give(_ answer: NetlinkAnswer, _ output: inout CollectorOutput) throws(DamagedText) {
        routes.begin()
        devices.begin()
        for index in 0..<devices.count { devices[index].routeCount = 0 }
        var seenCount = 0
        try NetworkRoutes.parse(answer) { route in
            let name = links.name(of: route.interface) ?? []
            countRoute(name, &output)
            guard seenCount < Self.routeLimit else { return output.append(nil, 1) }
            seenCount += 1
            giveRoute(route, name, &output)
        }
        for index in 0..<devices.count where devices.isSeen(index, run: output.run) {
            output.append(devices[index].series, Double(devices[index].routeCount))
        }
        routes.forgetUnseen(&output) { [$0] }
        devices.forgetUnseen(&output) { [$0.series] }
    }

    private func countRoute(_ name: [UInt8], _ output: inout CollectorOutput) {
        name.withUnsafeBytes { name in
            let index =
                devices.find(name, run: output.run)
                ?? devices.insert(
                    name, Device(series: output.series(Self.count, [String(decoding: name, as: UTF8.self)])),
                    run: output.run)
            devices[index].routeCount += 1
        }
    }

    /// Routes of two tables that differ in nothing that is told are one series.
    private func giveRoute(_ route: NetworkRoutes.Route, _ name: [UInt8], _ output: inout CollectorOutput) {
        fillKey(route, name)
        key.withUnsafeBytes { key in
            if let index = routes.place(of: key) {
                if routes.isSeen(index, run: output.run) { return }
                output.append(routes[routes.mark(index, output.run)], 1)
            } else {
                let series = output.series(Self.info, Self.labelValues(route, name))
                _ = routes.insert(key, series, run: output.run)
                output.append(series, 1)
            }
        }
    }

    /// All that makes up the labels, so that what has the same labels has the same key.
    private func fillKey(_ route: NetworkRoutes.Route, _ name: [UInt8]) {
        key.removeAll(keepingCapacity: true)
        withUnsafeBytes(of: route.priority) { key.append(contentsOf: $0) }
        key.append(route.destinationBitCount)
        // No origin with a name has this number.
        key.append(NetworkRoutes.origins[route.origin] == nil ? 255 : route.origin)
        // 256 has a bit more than a byte holds.
        key.append(UInt8(truncatingIfNeeded: route.weight))
        key.append(UInt8(truncatingIfNeeded: route.weight >> 8))
        append(route.destination)
        append(route.source)
        append(route.gateway)
        key.append(contentsOf: name)
    }

    private func append(_ address: NetlinkPart?) {
        let bytes = address.map { IPAddressText.significant($0.slice) }
        key.append(UInt8(truncatingIfNeeded: bytes?.count ?? 0))
        if let bytes { key.append(contentsOf: bytes) }
    }

    private static func labelValues(_ route: NetworkRoutes.Route, _ name: [UInt8]) -> [String] {
        func text(_ address: NetlinkPart?) -> String { address.map { IPAddressText.text($0.slice) } ?? "" }
        let destination =
            route.destinationBitCount == 0 ? "default" : "\(text(route.destination))/\(route.destinationBitCount)"
        return [
            String(decoding: name, as: UTF8.self), text(route.source), destination, text(route.gateway),
            String(route.priority), NetworkRoutes.origins[route.origin] ?? "unknown",
            route.weight == 0 ? "" : String(route.weight),
        ]
    }
}
