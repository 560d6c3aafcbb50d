internal import LinuxSystem
internal import MetricModel

/// `mountstats`: what the kernel counts for each NFS mount.
///
/// An export that is mounted at more places counts once, as its mounts share what is counted.
final class MountstatsCollector: HostCollector {
    /// An export by one protocol from one address.
    private final class Export {
        let labelValues: [String]
        let series: [Series?]
        var transports: [[Series?]] = []
        var operations = KeyedRows<[Series?]>()

        init(_ labelValues: [String], _ output: inout CollectorOutput) {
            self.labelValues = labelValues
            let families =
                [MountstatsFamilies.age] + MountstatsFamilies.bytes + MountstatsFamilies.events.compactMap { $0 }
            series = families.map { output.series($0, labelValues) }
        }

        var all: [Series?] { series + transports.flatMap { $0 } + operations.entries.flatMap(\.row) }
    }

    private let file: KeptFile
    private let addressFile: KeptFile
    private var text = MountstatsText()
    private var addressRanges: [Range<Int>] = []
    /// The addresses, each ended by a zero byte: the buffer they were read into is used for the other file then.
    private var addresses: [UInt8] = []
    private var key: [UInt8] = []
    private var exports = KeyedRows<Export>()
    private var places = KeyedRows<Series?>()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/self/mountstats", endsAtShortRead: false)
        addressFile = KeptFile(settings.roots.procfs + "/self/mountinfo", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try readAddresses(output)
        let bytes = try output.read(file)
        do throws(DamagedText) { try text.parse(bytes) } catch { throw CollectorError(error, file.path) }
        exports.begin()
        places.begin()
        var rest = addresses[...]
        for mount in text.mounts {
            let address = rest.prefix { $0 != 0 }
            rest = rest.dropFirst(address.count + 1)
            for transport in text.transports[mount.transports] {
                givePlace(mount, transport, address, bytes, &output)
                if !give(mount, transport, address, bytes, &output) { break }
            }
        }
        forgetEnded(&output)
    }

    private func readAddresses(_ output: borrowing CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(addressFile)
        MountstatsText.parseAddresses(bytes, into: &addressRanges)
        addresses.removeAll(keepingCapacity: true)
        for range in addressRanges {
            addresses.append(contentsOf: bytes[range])
            addresses.append(0)
        }
    }

    /// Sets `key` to the export, its protocol and address.
    private func setKey(
        _ mount: MountstatsText.Mount, _ transport: MountstatsText.Transport, _ address: ArraySlice<UInt8>,
        _ bytes: UnsafeRawBufferPointer
    ) {
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: bytes[mount.export])
        key.append(0)
        key.append(contentsOf: bytes[transport.proto])
        key.append(0)
        key.append(contentsOf: address)
    }

    private static func labelValues(
        _ mount: MountstatsText.Mount, _ transport: MountstatsText.Transport, _ address: ArraySlice<UInt8>,
        _ bytes: UnsafeRawBufferPointer
    ) -> [String] {
        [
            String(decoding: bytes[mount.export], as: UTF8.self),
            String(decoding: bytes[transport.proto], as: UTF8.self),
            String(decoding: address, as: UTF8.self),
        ]
    }

    private func givePlace(
        _ mount: MountstatsText.Mount, _ transport: MountstatsText.Transport, _ address: ArraySlice<UInt8>,
        _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput
    ) {
        setKey(mount, transport, address, bytes)
        key.append(0)
        key.append(contentsOf: bytes[mount.mountPoint])
        let run = output.run
        // Another file system can be mounted over the same place.
        if key.withUnsafeBytes({ places.isKnown($0, run: run) }) { return }
        let index: Int
        if let known = key.withUnsafeBytes({ places.find($0, run: run) }) {
            index = known
        } else {
            let place = String(decoding: bytes[mount.mountPoint], as: UTF8.self)
            let series = output.series(
                MountstatsFamilies.mountPoint, Self.labelValues(mount, transport, address, bytes) + [place])
            index = key.withUnsafeBytes { places.insert($0, series, run: run) }
        }
        output.append(places[index], 1)
    }

    /// Gives all that is said of the mount; false if another mount of the export has given it.
    private func give(
        _ mount: MountstatsText.Mount, _ transport: MountstatsText.Transport, _ address: ArraySlice<UInt8>,
        _ bytes: UnsafeRawBufferPointer, _ output: inout CollectorOutput
    ) -> Bool {
        setKey(mount, transport, address, bytes)
        let run = output.run
        if key.withUnsafeBytes({ exports.isKnown($0, run: run) }) { return false }
        let index: Int
        if let known = key.withUnsafeBytes({ exports.find($0, run: run) }) {
            index = known
        } else {
            let export = Export(Self.labelValues(mount, transport, address, bytes), &output)
            index = key.withUnsafeBytes { exports.insert($0, export, run: run) }
        }
        let export = exports[index]
        giveCounts(mount, export, &output)
        giveTransports(mount, export, &output)
        giveOperations(mount, export, bytes, &output)
        return true
    }

    private func giveCounts(_ mount: MountstatsText.Mount, _ export: Export, _ output: inout CollectorOutput) {
        output.append(export.series[0], Double(mount.age))
        for index in 0..<8 { output.append(export.series[1 + index], Double(mount.bytes[index])) }
        var place = 9
        for (index, family) in MountstatsFamilies.events.enumerated() where family != nil {
            output.append(export.series[place], Double(mount.events[index]))
            place += 1
        }
    }

    private func giveTransports(_ mount: MountstatsText.Mount, _ export: Export, _ output: inout CollectorOutput) {
        while export.transports.count < mount.transports.count {
            let number = String(export.transports.count)
            export.transports.append(
                MountstatsFamilies.transport.map { output.series($0.family, export.labelValues + [number]) })
        }
        if export.transports.count > mount.transports.count {
            let ended = export.transports[mount.transports.count...].flatMap { $0 }
            output.forget(Set(ended.compactMap { $0 }))
            export.transports.removeSubrange(mount.transports.count...)
        }
        for (transport, series) in zip(text.transports[mount.transports], export.transports) {
            for (column, told) in MountstatsFamilies.transport.enumerated() {
                let value = transport.values[told.index]
                output.append(
                    series[column], told.index == MountstatsFamilies.idleIndex ? Self.exact(value) : Double(value))
            }
        }
    }

    private func giveOperations(
        _ mount: MountstatsText.Mount, _ export: Export, _ bytes: UnsafeRawBufferPointer,
        _ output: inout CollectorOutput
    ) {
        let run = output.run
        export.operations.begin()
        for operation in text.operations[mount.operations] {
            let name = UnsafeRawBufferPointer(rebasing: bytes[operation.name])
            let index: Int
            if let known = export.operations.find(name, run: run) {
                index = known
            } else {
                let labels = export.labelValues + [String(decoding: name, as: UTF8.self)]
                let series = MountstatsFamilies.operation.map { output.series($0, labels) }
                index = export.operations.insert(name, series, run: run)
            }
            for column in 0..<8 {
                let value = operation.values[column]
                output.append(
                    export.operations[index][column],
                    column < MountstatsFamilies.operationTimes ? Double(value) : Self.exact(value) / 1000)
            }
        }
        export.operations.forgetUnseen(&output) { $0 }
    }

    private func forgetEnded(_ output: inout CollectorOutput) {
        exports.forgetUnseen(&output) { $0.all }
        places.forgetUnseen(&output) { [$0] }
    }

    /// Kernels let times run below 0, which is near 2⁶⁴ then; node_exporter takes them by 2⁵³, up to which a sample's
    /// value is exact.
    private static func exact(_ value: UInt64) -> Double { Double(value % (1 << 53)) }
}
