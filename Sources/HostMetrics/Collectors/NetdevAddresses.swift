internal import LinuxSystem
internal import MetricModel

/// `node_network_address_info`: the addresses of the interfaces.
///
/// They are of the network that this process is in, whatever the roots are; node_exporter asks the same.
struct NetdevAddresses {
    typealias Source = ((InterfaceAddresses.Entry) -> Void) throws(SystemError) -> Void

    private let family: MetricFamily
    private let filter: NameFilter
    private let source: Source
    /// Found by the interface's name, a zero, the address and the length of its prefix. Nil where the filter or a full
    /// table leaves it out.
    private var rows = KeyedRows<Series?>()
    private var key: [UInt8] = []

    init(_ family: MetricFamily, filter: NameFilter, source: @escaping Source) {
        self.family = family
        self.filter = filter
        self.source = source
    }

    mutating func give(_ output: inout CollectorOutput) throws(CollectorError) {
        rows.begin()
        do throws(SystemError) { try source { give($0, &output) } } catch { throw .system(error) }
        rows.forgetUnseen(&output) { [$0] }
    }

    private mutating func give(_ entry: InterfaceAddresses.Entry, _ output: inout CollectorOutput) {
        // A colon begins what makes a label of a name; names themselves have none.
        let name = entry.label.prefix { $0 != UInt8(ascii: ":") }
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: name)
        key.append(0)
        key.append(contentsOf: entry.address)
        key.append(UInt8(truncatingIfNeeded: entry.prefixLength))
        key.withUnsafeBytes { key in
            // An address may be there once for each of its peers.
            if rows.isKnown(key, run: output.run) { return }
            let index =
                rows.find(key, run: output.run)
                ?? rows.insert(key, makeSeries(String(decoding: name, as: UTF8.self), entry, &output), run: output.run)
            if let series = rows[index] { output.append(series, 1) }
        }
    }

    private func makeSeries(
        _ name: String, _ entry: InterfaceAddresses.Entry, _ output: inout CollectorOutput
    ) -> Series? {
        guard filter.admits(name) else { return nil }
        let labels = [
            name, InterfaceAddresses.text(entry.address), String(entry.prefixLength), Self.scope(entry.address),
        ]
        return output.series(family, labels)
    }

    /// How far an address reaches, in node_exporter's words.
    static func scope(_ address: UnsafeRawBufferPointer) -> String {
        if address.count == 4 {
            switch (address[0], address[1], address[2]) {
            case (127, _, _), (169, 254, _), (224, 0, 0): return "link-local"
            case (224..<240, _, _): return ""
            default: return address.allSatisfy { $0 == 0 } || address.allSatisfy { $0 == 255 } ? "" : "global"
            }
        }
        guard address.count == 16 else { return "" }
        if address[0] == 0xfe && address[1] & 0xc0 == 0x80 { return "link-local" }
        if address[0] == 0xff {
            switch address[1] & 0x0f {
            case 1: return "interface-local"
            case 2: return "link-local"
            default: return ""
            }
        }
        guard address.dropLast().allSatisfy({ $0 == 0 }) else { return "global" }
        return address[15] == 0 ? "" : address[15] == 1 ? "link-local" : "global"
    }
}
