internal import LinuxSystem
internal import MetricModel

/// `iio`: the sensors of the kernel's Industrial I/O, in base units.
///
/// A channel is given as (raw + offset) × scale, or as the driver itself works it out where there is an `…_input`. Scale and
/// offset are a channel's own or shared by its type.
final class IIOCollector: HostCollector {
    private struct Channel {
        let quantity: IIOQuantity
        let value: KeptFile
        let scale: KeptFile?
        let offset: KeptFile?
        let series: Series?

        /// A channel whose sensor does not answer now is left out.
        func give(_ output: inout CollectorOutput) throws(CollectorError) {
            guard var number = try IIOCollector.read(value, output) else { return }
            if let offset {
                guard let added = try IIOCollector.read(offset, output) else { return }
                number += added
            }
            if let scale {
                guard let times = try IIOCollector.read(scale, output) else { return }
                number *= times
            }
            output.append(series, number * quantity.factor / quantity.divisor)
        }
    }

    /// Channels of a device beyond these are left out.
    private static let channelLimit = 64
    private var devices: DeviceRows<[Channel]>

    init(_ settings: HostMetricsSettings) {
        devices = DeviceRows(settings.roots.sysfs + "/bus/iio/devices")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        try devices.update(&output) { (name, output) throws(CollectorError) in
            name.hasPrefix("iio:device") ? Self.channels("\(path)/\(name)", name, &output) : nil
        }
        try devices.forEach { channels throws(CollectorError) in
            var failure: CollectorError?
            for channel in channels {
                do throws(CollectorError) { try channel.give(&output) } catch { failure = failure ?? error }
            }
            if let failure { throw failure }
        }
    }

    private static func channels(_ directory: String, _ device: String, _ output: inout CollectorOutput) -> [Channel] {
        // A device that is going away has no files any more; it will not be listed next time.
        let files = (try? Files.list(directory)) ?? []
        let names = Set(files)
        let chip = (try? Files.readText(directory + "/name", byteLimit: 256)) ?? ""
        var channels: [Channel] = []
        for file in files where file.hasPrefix("in_") && channels.count < channelLimit {
            let isProcessed = file.hasSuffix("_input")
            guard isProcessed || file.hasSuffix("_raw") else { continue }
            let stem = file.dropLast(isProcessed ? "_input".count : "_raw".count)
            let channel = stem.dropFirst("in_".count)
            // The driver's own figure is the better one where there are both.
            if !isProcessed && names.contains(stem + "_input") { continue }
            guard let (quantity, number) = IIOQuantity.of(channel: channel) else { continue }
            func part(_ attribute: String) -> KeptFile? {
                if isProcessed { return nil }
                let shared = "in_\(quantity.type)_\(attribute)"
                let name = names.contains("\(stem)_\(attribute)") ? "\(stem)_\(attribute)" : shared
                return names.contains(name) ? KeptFile("\(directory)/\(name)", endsAtShortRead: true) : nil
            }
            let label = (try? Files.readText("\(directory)/\(stem)_label", byteLimit: 256)) ?? ""
            channels.append(
                Channel(
                    quantity: quantity, value: KeptFile("\(directory)/\(file)", endsAtShortRead: true),
                    scale: part("scale"), offset: part("offset"),
                    series: output.series(quantity.family, [device, chip, number, label])))
        }
        return channels
    }

    private static func read(_ file: KeptFile, _ output: borrowing CollectorOutput) throws(CollectorError) -> Double? {
        guard let bytes = try? file.read(into: output.buffer) else { return nil }
        do throws(DamagedText) { return try parse(bytes) } catch { throw CollectorError(error, file.path) }
    }

    /// `-12`, `0.000610351562`.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Double {
        var cursor = ByteCursor(bytes)
        let column = cursor.column()
        let isNumber = bytes[column].allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e }
        guard isNumber, column.count <= 64, let value = Double(cursor.text(column)) else {
            throw DamagedText(byteOffset: column.lowerBound, expected: "a decimal number")
        }
        return value
    }
}
