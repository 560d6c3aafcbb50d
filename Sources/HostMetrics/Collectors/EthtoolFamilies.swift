internal import MetricModel

/// The metrics of `ethtool`, and the link modes that have a speed.
final class EthtoolFamilies {
    /// What a link can do, or what it offers to the other end.
    struct Capabilities {
        let speed: MetricFamily
        /// Each with the bit of the link modes that it is.
        let switches: [(bit: Int, family: MetricFamily)]

        /// `verb` as in the metrics' names, and what the interface does.
        init(_ verb: String, _ does: String) {
            speed = MetricFamily(
                "node_network_\(verb)_speed_bytes", .gauge,
                help: "Bytes a second of a mode that the interface \(does).", labels: ["device", "duplex", "mode"])
            switches = [(6, "autonegotiate"), (13, "pause"), (14, "asymmetricpause")].map { bit, name in
                (
                    bit,
                    MetricFamily(
                        "node_network_\(name)_\(verb)", .gauge, help: "1 when the interface \(does) \(name).",
                        labels: ["device"])
                )
            }
        }
    }

    /// A mode's bit, megabits a second and what stands behind `base` in its name.
    typealias Speed = (bit: Int, megabits: Int, isFull: Bool, medium: String)

    let info = MetricFamily(
        "node_ethtool_info", .gauge, help: "What the interface's driver says of itself, as labels.",
        labels: ["bus_info", "device", "driver", "expansion_rom_version", "firmware_version", "version"])
    let supported = Capabilities("supported", "supports")
    let advertised = Capabilities("advertised", "offers")
    let autonegotiate = MetricFamily(
        "node_network_autonegotiate", .gauge, help: "1 when the interface negotiates its link's settings.",
        labels: ["device"])
    let port = MetricFamily(
        "node_network_supported_port_info", .gauge, help: "A kind of port that the interface has.",
        labels: ["device", "type"])
    private var statistics: [String: MetricFamily] = [:]

    func family(of statistic: EthtoolStatistic) -> MetricFamily {
        if let known = statistics[statistic.metricName] { return known }
        let family = MetricFamily(
            statistic.metricName, .unknown, help: "Statistic \(statistic.name) of the interface's driver.",
            labels: ["device"])
        statistics[statistic.metricName] = family
        return family
    }

    static let ports: [(bit: Int, name: String)] = [
        (7, "TP"), (8, "AUI"), (9, "MII"), (10, "FIBRE"), (11, "BNC"), (16, "Backplane"),
    ]

    /// The modes that node_exporter knows, under its names. It asks for the first 32 only.
    static let speeds: [Speed] =
        [
            (0, 10, false, "T"), (1, 10, true, "T"), (2, 100, false, "T"), (3, 100, true, "T"),
            (4, 1000, false, "T"), (5, 1000, true, "T"), (12, 10_000, true, "T"), (90, 100, false, "FX"),
            (47, 2500, true, "T"), (48, 5000, true, "T"), (17, 1000, true, "KX"), (41, 1000, true, "X"),
            (67, 100, true, "T1"), (68, 1000, true, "T1"), (91, 100, true, "FX"),
        ] + full(10_000, from: 18, ["KX4", "KR", "R_FEC"]) + full(10_000, from: 42, ["CR", "SR", "LR", "LRM", "ER"])
        + full(20_000, from: 21, ["MLD2", "KR2"]) + full(25_000, from: 31, ["CR", "KR", "SR"])
        + full(40_000, from: 23, ["KR4", "CR4", "SR4", "LR4"]) + full(56_000, from: 27, ["KR4", "CR4", "SR4", "LR4"])
        + full(50_000, from: 34, ["CR2", "KR2"]) + full(50_000, from: 40, ["SR2"])
        + full(50_000, from: 52, ["KR", "SR", "CR", "LR_ER_FR", "DR"])
        + full(100_000, from: 36, ["KR4", "SR4", "CR4", "R4_ER4"])
        + full(100_000, from: 57, ["KR2", "SR2", "CR2", "LR2_ER2_FR2", "DR2"])
        + full(100_000, from: 75, ["KR", "SR", "LR_ER_FR", "CR", "DR"])
        + full(200_000, from: 62, ["KR4", "SR4", "LR4_ER4_FR4", "DR4", "CR4"])
        + full(200_000, from: 80, ["KR2", "SR2", "LR2_ER2_FR2", "DR2", "CR2"])
        + full(400_000, from: 69, ["KR8", "SR8", "LR8_ER8_FR8", "DR8", "CR8"])
        + full(400_000, from: 85, ["KR4", "SR4", "LR4_ER4_FR4", "DR4", "CR4"])

    private static func full(_ megabits: Int, from bit: Int, _ media: [String]) -> [Speed] {
        media.enumerated().map { (bit + $0.offset, megabits, true, $0.element) }
    }
}
