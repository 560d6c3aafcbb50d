internal import LinuxSystem
internal import MetricModel

/// `wifi`: wireless interfaces, the networks they are in and the stations they talk to, from nl80211 by generic netlink.
///
/// A kernel without nl80211 is an error, as in node_exporter.
final class WifiCollector: HostCollector {
    private final class Interface {
        let name: String
        let frequency: Series?
        private(set) var scan: NetlinkRequest
        private(set) var stations: NetlinkRequest
        private var index: Int32

        init(_ name: String, _ index: Int32, _ family: UInt16, _ output: inout CollectorOutput) {
            self.name = name
            self.index = index
            frequency = output.series(WifiFamilies.frequency, [name])
            (scan, stations) = Self.requests(index, family)
        }

        /// Follows an interface that came back under its name, and nl80211 that came back under another number.
        func update(_ index: Int32, _ family: UInt16) {
            if index == self.index, family == scan.type { return }
            self.index = index
            (scan, stations) = Self.requests(index, family)
        }

        private static func requests(_ index: Int32, _ family: UInt16) -> (NetlinkRequest, NetlinkRequest) {
            // NL80211_ATTR_IFINDEX.
            let attribute = GenericNetlink.attribute(3, withUnsafeBytes(of: index) { Array($0) })
            // NL80211_CMD_GET_SCAN, NL80211_CMD_GET_STATION.
            return (
                NetlinkRequest(name: "netlink scan-\(index)", type: family, body: [32, 0, 0, 0] + attribute),
                NetlinkRequest(name: "netlink stations-\(index)", type: family, body: [17, 0, 0, 0] + attribute)
            )
        }
    }

    private static let familyRequest = GenericNetlink.familyRequest("nl80211")

    private let source: NetlinkSource
    /// NL80211_CMD_GET_INTERFACE to the number that nl80211 has; nil until that is known.
    private var request: NetlinkRequest?
    private var interfaces = KeyedRows<Interface>()
    private var networks = KeyedRows<Series?>()
    private var stations = KeyedRows<[Series?]>()
    private var key: [UInt8] = []

    init(_ settings: HostMetricsSettings) {
        source = NetlinkSource(.generic, settings.roots)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        do throws(CollectorError) { try collectAll(&output) } catch {
            // The module may have been loaded anew, under another number.
            request = nil
            throw error
        }
    }

    private func collectAll(_ output: inout CollectorOutput) throws(CollectorError) {
        let request: NetlinkRequest
        if let known = self.request { request = known } else { request = try makeRequest(output) }
        self.request = request
        let family = request.type
        interfaces.begin()
        networks.begin()
        stations.begin()
        let answer = try source.ask(request, output)
        do throws(DamagedText) {
            // Once to see whether it is whole, and then to give it.
            try WirelessAnswers.parseInterfaces(answer, family) { _ in }
            try WirelessAnswers.parseInterfaces(answer, family) { give($0, family, &output) }
        } catch { throw CollectorError(error, request.name) }
        var failure: CollectorError?
        for index in 0..<interfaces.count where interfaces.isSeen(index, run: output.run) {
            let interface = interfaces[index]
            do throws(CollectorError) {
                try giveNetwork(interface, family, &output)
                try giveStations(interface, family, &output)
            } catch { failure = failure ?? error }
        }
        interfaces.forgetUnseen(&output) { [$0.frequency] }
        networks.forgetUnseen(&output) { [$0] }
        stations.forgetUnseen(&output) { $0 }
        if let failure { throw failure }
    }

    private func makeRequest(_ output: borrowing CollectorOutput) throws(CollectorError) -> NetlinkRequest {
        let family = try source.ask(Self.familyRequest, output) { answer throws(DamagedText) in
            try GenericNetlink.family(answer)
        }
        return NetlinkRequest(name: "netlink interfaces", type: family, body: [5, 0, 0, 0])
    }

    private func give(_ interface: WirelessAnswers.Interface, _ family: UInt16, _ output: inout CollectorOutput) {
        let name = interface.name.name
        let index: Int
        if let known = interfaces.place(of: name) {
            if interfaces.isSeen(known, run: output.run) { return }
            index = interfaces.mark(known, output.run)
            interfaces[index].update(interface.index, family)
        } else {
            index = interfaces.insert(
                name, Interface(interface.name.text, interface.index, family, &output), run: output.run)
        }
        if let frequency = interface.frequency {
            output.append(interfaces[index].frequency, Double(frequency) * 1_000_000)
        }
    }

    private func giveNetwork(
        _ interface: Interface, _ family: UInt16, _ output: inout CollectorOutput
    ) throws(CollectorError) {
        try askIfTold(interface.scan, &output) { answer, output throws(DamagedText) in
            guard let network = try WirelessAnswers.parseNetwork(answer, family) else { return }
            beginKey(interface, network.address)
            key.append(contentsOf: network.mode.utf8)
            key.append(0)
            if let name = network.name { key.append(contentsOf: name.slice) }
            key.withUnsafeBytes { key in
                let index =
                    networks.find(key, run: output.run)
                    ?? networks.insert(key, Self.series(of: network, interface, &output), run: output.run)
                output.append(networks[index], 1)
            }
        }
    }

    private func giveStations(
        _ interface: Interface, _ family: UInt16, _ output: inout CollectorOutput
    ) throws(CollectorError) {
        try askIfTold(interface.stations, &output) { answer, output throws(DamagedText) in
            try WirelessAnswers.parseStations(answer, family) { _, _ in }
            try WirelessAnswers.parseStations(answer, family) { address, station in
                beginKey(interface, address)
                key.withUnsafeBytes { key in giveStation(key, interface, address, station, &output) }
            }
        }
    }

    private func giveStation(
        _ key: UnsafeRawBufferPointer, _ interface: Interface, _ address: NetlinkPart, _ station: WirelessStation,
        _ output: inout CollectorOutput
    ) {
        let index: Int
        if let known = stations.place(of: key) {
            if stations.isSeen(known, run: output.run) { return }
            index = stations.mark(known, output.run)
        } else {
            let labels = [interface.name, Self.text(address)]
            index = stations.insert(key, WifiFamilies.station.map { output.series($0, labels) }, run: output.run)
        }
        for number in WifiFamilies.station.indices where !station.values[number].isNaN {
            output.append(stations[index][number], station.values[number])
        }
    }

    /// Asks, and does nothing where the driver does not tell such things or the interface has just gone.
    private func askIfTold(
        _ request: NetlinkRequest, _ output: inout CollectorOutput,
        _ body: (NetlinkAnswer, inout CollectorOutput) throws(DamagedText) -> Void
    ) throws(CollectorError) {
        let answer: NetlinkAnswer
        do throws(CollectorError) { answer = try source.ask(request, output) } catch {
            if case .system(let error) = error, error.isNotFound || error.isSwitchedOff { return }
            throw error
        }
        do throws(DamagedText) { try body(answer, &output) } catch { throw CollectorError(error, request.name) }
    }

    private func beginKey(_ interface: Interface, _ address: NetlinkPart) {
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: interface.name.utf8)
        key.append(0)
        key.append(contentsOf: address.slice)
    }

    private static func series(
        of network: WirelessAnswers.Network, _ interface: Interface, _ output: inout CollectorOutput
    ) -> Series? {
        let name = network.name.map { String(decoding: $0.slice, as: UTF8.self) } ?? ""
        return output.series(WifiFamilies.network, [interface.name, text(network.address), name, network.mode])
    }

    /// `00:11:22:33:44:55`.
    private static func text(_ address: NetlinkPart) -> String {
        address.slice.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(separator: ":")
    }
}
