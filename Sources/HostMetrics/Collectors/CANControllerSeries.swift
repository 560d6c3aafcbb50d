internal import MetricModel

/// The series of what a CAN controller tells, each made when it is told first.
final class CANControllerSeries {
    /// In the order of the kernel's numbers.
    static let states = ["error_active", "error_warning", "error_passive", "bus_off", "stopped", "sleeping"]

    private static let state = MetricFamily(
        "wayside_can_state", .gauge, help: "1 for the state that the controller is in, 0 for the others.",
        labels: ["device", "state"])
    private static let bitrate = MetricFamily(
        "wayside_can_bits_per_second", .gauge, help: "The bitrate that is set.", labels: ["device", "phase"])
    private static let errorCounters = [
        MetricFamily(
            "wayside_can_transmit_error_counter", .gauge,
            help: "The controller's counter of errors while sending: passive from 128 on, off the bus from 256.",
            labels: ["device"]),
        MetricFamily(
            "wayside_can_receive_error_counter", .gauge,
            help: "The controller's counter of errors while receiving: passive from 128 on.", labels: ["device"]),
    ]
    /// By `CANController.Count`.
    private static let counts = [
        ("bus_errors", "Errors on the bus that the controller told."),
        ("error_warnings", "How often an error counter came to the warning limit."),
        ("error_passives", "How often the controller became passive."),
        ("bus_offs", "How often the controller left the bus."),
        ("arbitration_losses", "Frames that had to wait because another was sent first."),
        ("restarts", "How often the controller was started again after it had left the bus."),
    ].map { MetricFamily("wayside_can_\($0.0)_total", .counter, help: $0.1, labels: ["device"]) }

    private let device: String
    /// In the order in which `give` goes through them.
    private var known = [Series?](repeating: nil, count: 16)
    private(set) var series: Set<Series> = []
    private var lastRun: UInt64 = 0

    init(_ device: String) {
        self.device = device
    }

    func isOf(_ controller: CANController) -> Bool { controller.name.name.elementsEqual(device.utf8) }

    /// Gives what is told first in a run.
    func give(_ controller: CANController, _ output: inout CollectorOutput) {
        if lastRun == output.run { return }
        lastRun = output.run
        if let state = controller.state {
            for (number, name) in Self.states.enumerated() {
                give(number, Self.state, name, state == UInt32(number) ? 1 : 0, &output)
            }
        }
        if let value = controller.transmitErrors { give(6, Self.errorCounters[0], nil, Double(value), &output) }
        if let value = controller.receiveErrors { give(7, Self.errorCounters[1], nil, Double(value), &output) }
        if let value = controller.bitrate, value > 0 { give(8, Self.bitrate, "arbitration", Double(value), &output) }
        if let value = controller.dataBitrate, value > 0 { give(9, Self.bitrate, "data", Double(value), &output) }
        guard let counts = controller.counts else { return }
        for number in Self.counts.indices {
            give(10 + number, Self.counts[number], nil, Double(counts[number]), &output)
        }
    }

    private func give(
        _ index: Int, _ family: MetricFamily, _ label: String?, _ value: Double, _ output: inout CollectorOutput
    ) {
        if known[index] == nil {
            known[index] = output.series(family, label.map { [device, $0] } ?? [device])
            if let made = known[index] { series.insert(made) }
        }
        output.append(known[index], value)
    }
}
