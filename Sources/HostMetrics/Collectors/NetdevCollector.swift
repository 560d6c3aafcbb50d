internal import LinuxSystem
internal import MetricModel

/// `netdev`: counters of the network interfaces from /proc/net/dev, and of packets nobody took from /sys.
///
/// node_exporter asks the same numbers by netlink; the files give them without a socket family that hardened units do
/// not allow, and from another mounted tree too. The kernel adds the same counters up for `drop`, `frame` and `carrier`
/// here as node_exporter does there.
final class NetdevCollector: HostCollector {
    /// One interface's line: receive bytes, packets, errs, drop, fifo, frame, compressed, multicast; transmit bytes,
    /// packets, errs, drop, fifo, colls, carrier, compressed.
    struct Line {
        var name: Range<Int>
        var values: [16 of UInt64] = .init(repeating: 0)
    }

    /// Of how many interfaces the files stay open; a host may have hundreds, and a process 1,024 descriptors.
    private static let openDeviceLimit = 8
    private let settings: HostMetricsSettings.NetworkDevices
    private let families: NetdevFamilies
    private let classRoot: String
    private let file: KeptFile
    private var lines: [Line] = []
    /// Of each line, in their order; nil for an interface that the filter leaves out.
    private var devices: [NetdevDevice?] = []
    private var rows = KeyedRows<NetdevDevice?>()
    private var addresses: NetdevAddresses

    init(
        _ settings: HostMetricsSettings, addresses: @escaping NetdevAddresses.Source = InterfaceAddresses.forEach
    ) {
        self.settings = settings.networkDevices
        families = NetdevFamilies(
            isDetailed: settings.networkDevices.isDetailed, hasAlias: settings.networkDevices.hasAliasLabel)
        classRoot = settings.roots.sysfs + "/class/net/"
        file = KeptFile(settings.roots.procfs + "/net/dev", ending: .roomForRecord(ofAtMost: 1024))
        self.addresses = NetdevAddresses(
            families.addressInfo, filter: settings.networkDevices.devices, source: addresses)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try NetdevCollector.parse(bytes, into: &lines) } catch {
            throw CollectorError(error, file.path)
        }
        // The rows are found before the buffer is used for other files.
        rows.begin()
        devices.removeAll(keepingCapacity: true)
        for line in lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.name])
            let index = rows.find(key, run: output.run) ?? rows.insert(key, makeDevice(key), run: output.run)
            devices.append(rows[index])
        }
        rows.forgetUnseen(&output) { $0?.series ?? [] }
        var failure: CollectorError?
        var count = 0
        for (line, device) in zip(lines, devices) {
            guard let device else { continue }
            count += 1
            defer { if count > Self.openDeviceLimit { device.close() } }
            do throws(CollectorError) { try device.give(line, &output) } catch { failure = failure ?? error }
        }
        if settings.isAddressInfoEnabled { try addresses.give(&output) }
        if let failure { throw failure }
    }

    /// Two lines of headings, then `  eth0: 79966010 1493 …`; old kernels have no space behind the colon.
    static func parse(_ bytes: UnsafeRawBufferPointer, into lines: inout [Line]) throws(DamagedText) {
        lines.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        cursor.skipLine()
        cursor.skipLine()
        while !cursor.isAtEnd {
            cursor.skipSpaces()
            let rest = cursor.restOfLine
            guard let colon = bytes[rest].lastIndex(of: UInt8(ascii: ":")), colon > rest.lowerBound else {
                throw cursor.damage("an interface's name and a colon")
            }
            var numbers = ByteCursor(bytes, from: colon + 1, to: rest.upperBound)
            var line = Line(name: rest.lowerBound..<colon)
            for column in 0..<16 { line.values[column] = try numbers.unsigned() }
            lines.append(line)
            cursor.skipLine()
        }
    }

    private func makeDevice(_ key: UnsafeRawBufferPointer) -> NetdevDevice? {
        let name = String(decoding: key, as: UTF8.self)
        guard settings.devices.admits(name) else { return nil }
        return NetdevDevice(name, families, at: classRoot + name, hasAlias: settings.hasAliasLabel)
    }
}
