internal import MetricModel

/// The families of `edac`.
struct EDACFamilies {
    let controllerKinds = [
        kind("ce_count", "correctable_errors_total", "Memory errors that were corrected.", ["controller"]),
        kind("ue_count", "uncorrectable_errors_total", "Memory errors that were not corrected.", ["controller"]),
    ]
    let rowKinds = [
        kind(
            "ce_count", "csrow_correctable_errors_total", "Memory errors of the row that were corrected.",
            ["controller", "csrow"]),
        kind(
            "ue_count", "csrow_uncorrectable_errors_total", "Memory errors of the row that were not corrected.",
            ["controller", "csrow"]),
    ]
    private let correctable = kind(
        "ce_count", "channel_correctable_errors_total", "Memory errors of the channel that were corrected.",
        ["controller", "csrow", "channel", "dimm_label"])
    private let uncorrectable = kind(
        "ue_count", "channel_uncorrectable_errors_total", "Memory errors of the channel that were not corrected.",
        ["controller", "csrow", "channel", "dimm_label"])

    /// Errors that the controller could not attribute to a row are files of its own and series of the row `unknown`.
    var unattributedKinds: [NumberFile.Kind] {
        [
            NumberFile.Kind(fileName: "ce_noinfo_count", family: rowKinds[0].family),
            NumberFile.Kind(fileName: "ue_noinfo_count", family: rowKinds[1].family),
        ]
    }

    func channelKinds(_ channel: String) -> [NumberFile.Kind] {
        [
            NumberFile.Kind(fileName: "ch\(channel)_ce_count", family: correctable.family),
            NumberFile.Kind(fileName: "ch\(channel)_ue_count", family: uncorrectable.family),
        ]
    }

    private static func kind(
        _ fileName: String, _ name: String, _ help: String, _ labels: [String]
    ) -> NumberFile.Kind {
        NumberFile.Kind(
            fileName: fileName, family: MetricFamily("node_edac_\(name)", .counter, help: help, labels: labels))
    }
}
