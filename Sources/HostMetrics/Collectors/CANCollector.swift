internal import LinuxSystem
internal import MetricModel

/// `can`: whether CAN interfaces are on their bus, and what went wrong there, from /sys/class/net; the state, the two error
/// counters and the bitrate of their controllers by netlink.
///
/// Where netlink is refused, what takes an interface off its bus is told all the same: a controller that has gone bus-off
/// has no carrier while it is up.
final class CANCollector: HostCollector {
    private struct Interface {
        let flags: KeptFile
        let carrier: KeptFile
        let isUp: Series?
        let isOnBus: Series?
        let numbers: [NumberFile]
        let controller: CANControllerSeries
    }

    private static let isUp = MetricFamily(
        "wayside_can_up", .gauge, help: "1 while the interface is up, else 0.", labels: ["device"])
    private static let isOnBus = MetricFamily(
        "wayside_can_on_bus", .gauge, help: "1 while the interface takes part in its bus; 0 while it is up is bus-off.",
        labels: ["device"])
    private static let numbers = [
        counter("carrier_down_count", "bus_losses_total", "How often the interface left its bus or was taken down."),
        counter("statistics/rx_errors", "receive_errors_total", "Errors on the bus while receiving."),
        counter("statistics/tx_errors", "transmit_errors_total", "Errors on the bus while sending."),
        counter("statistics/rx_over_errors", "receive_overruns_total", "Frames lost because the controller was full."),
        counter("statistics/tx_dropped", "transmit_drops_total", "Frames dropped before they were sent."),
    ]
    /// The kernel's number of the type of network, ARPHRD_CAN.
    private static let networkType = "280"

    private var interfaces: DeviceRows<Interface>
    private let source: NetlinkSource
    /// Of the interfaces that there are in this run.
    private var controllers: [CANControllerSeries] = []

    init(_ settings: HostMetricsSettings) {
        interfaces = DeviceRows(settings.roots.sysfs + "/class/net") { $0.controller.series }
        source = NetlinkSource(.route, settings.roots)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = interfaces.path
        try interfaces.update(&output) { (name, output) throws(CollectorError) in
            let directory = "\(path)/\(name)"
            guard (try? Files.readText(directory + "/type", byteLimit: 64)) == Self.networkType else { return nil }
            return Interface(
                flags: KeptFile(directory + "/flags", endsAtShortRead: true),
                carrier: KeptFile(directory + "/carrier", endsAtShortRead: true),
                isUp: output.series(Self.isUp, [name]), isOnBus: output.series(Self.isOnBus, [name]),
                numbers: [NumberFile](Self.numbers, in: directory, [name], &output),
                controller: CANControllerSeries(name))
        }
        controllers.removeAll(keepingCapacity: true)
        var failure: CollectorError?
        do throws(CollectorError) {
            try interfaces.forEach { interface throws(CollectorError) in
                controllers.append(interface.controller)
                try Self.give(interface, &output)
            }
        } catch { failure = error }
        // Nearly every host has none, and need not ask.
        if !controllers.isEmpty { try giveControllers(&output) }
        if let failure { throw failure }
    }

    private func giveControllers(_ output: inout CollectorOutput) throws(CollectorError) {
        let answer: NetlinkAnswer
        do throws(CollectorError) { answer = try source.ask(NetworkLinks.request, output) } catch {
            // What the files say is there without it.
            if case .notAllowed = error { return output.remark(error) }
            throw error
        }
        do throws(DamagedText) {
            // Once to see whether it is whole, and then to give it.
            try CANController.parse(answer) { _ in }
            try CANController.parse(answer) { controller in
                controllers.first { $0.isOf(controller) }?.give(controller, &output)
            }
        } catch { throw CollectorError(error, NetworkLinks.request.name) }
    }

    private static func give(_ interface: Interface, _ output: inout CollectorOutput) throws(CollectorError) {
        try interface.numbers.give(&output)
        if let flags = try read(interface.flags, .hexadecimal, output) {
            // IFF_UP.
            let isUp = UInt64(flags) & 1 == 1
            output.append(interface.isUp, isUp ? 1 : 0)
            // One that is down refuses to tell.
            let carrier = isUp ? try read(interface.carrier, .decimal, output) ?? 0 : 0
            output.append(interface.isOnBus, carrier == 1 ? 1 : 0)
        }
    }

    private static func read(
        _ file: KeptFile, _ form: NumberFile.Form, _ output: borrowing CollectorOutput
    ) throws(CollectorError) -> Double? {
        guard let bytes = try? file.read(into: output.buffer) else { return nil }
        do throws(DamagedText) { return try NumberFile.parse(bytes, form) } catch {
            throw CollectorError(error, file.path)
        }
    }

    private static func counter(_ fileName: String, _ name: String, _ help: String) -> NumberFile.Kind {
        NumberFile.Kind(
            fileName: fileName,
            family: MetricFamily("wayside_can_" + name, .counter, help: help, labels: ["device"]))
    }
}
