internal import MetricModel

/// The families of `diskstats` that describe a device: constant until udev says otherwise.
struct DiskDescriptionFamilies {
    struct Description {
        let family: MetricFamily
        let labelValues: [String]
        let value: Double
    }

    private let info = MetricFamily(
        "node_disk_info", .gauge, help: "What /sys and udev say of the device, as labels.",
        labels: ["device", "major", "minor", "path", "wwn", "model", "serial", "revision", "rotational"])
    private let filesystem = MetricFamily(
        "node_disk_filesystem_info", .gauge, help: "The filesystem on the device, as labels.",
        labels: ["device", "type", "usage", "uuid", "version"])
    private let deviceMapper = MetricFamily(
        "node_disk_device_mapper_info", .gauge, help: "What the device is to the device mapper, as labels.",
        labels: ["device", "name", "uuid", "vg_name", "lv_name", "lv_layer"])
    private let ata = [
        (
            "ID_ATA_WRITE_CACHE",
            MetricFamily(
                "node_disk_ata_write_cache", .gauge, help: "1 when the ATA disk has a write cache.", labels: ["device"])
        ),
        (
            "ID_ATA_WRITE_CACHE_ENABLED",
            MetricFamily(
                "node_disk_ata_write_cache_enabled", .gauge, help: "1 when the ATA disk's write cache is on.",
                labels: ["device"])
        ),
        (
            "ID_ATA_ROTATION_RATE_RPM",
            MetricFamily(
                "node_disk_ata_rotation_rate_rpm", .gauge,
                help: "The ATA disk's speed in turns a minute, 0 for one without moving parts.", labels: ["device"])
        ),
    ]

    func describe(
        _ device: String, major: UInt64, minor: UInt64, isRotational: Bool, _ properties: [String: String]
    ) -> [Description] {
        func property(_ name: String) -> String { properties[name] ?? "" }
        // What is printed on a disk's label, if udev could ask for it.
        let serial = ["SCSI_IDENT_SERIAL", "ID_SERIAL_SHORT", "ID_SERIAL"].map(property).first { !$0.isEmpty } ?? ""
        var result = [
            Description(
                family: info,
                labelValues: [
                    device, String(major), String(minor), property("ID_PATH"), property("ID_WWN"),
                    property("ID_MODEL"), serial, property("ID_REVISION"), isRotational ? "1" : "0",
                ], value: 1)
        ]
        if !property("ID_FS_TYPE").isEmpty {
            let values = ["ID_FS_TYPE", "ID_FS_USAGE", "ID_FS_UUID", "ID_FS_VERSION"].map(property)
            result.append(Description(family: filesystem, labelValues: [device] + values, value: 1))
        }
        if !property("DM_NAME").isEmpty {
            let values = ["DM_NAME", "DM_UUID", "DM_VG_NAME", "DM_LV_NAME", "DM_LV_LAYER"].map(property)
            result.append(Description(family: deviceMapper, labelValues: [device] + values, value: 1))
        }
        if !property("ID_ATA").isEmpty {
            for (name, family) in ata {
                guard let value = Double(property(name)) else { continue }
                result.append(Description(family: family, labelValues: [device], value: value))
            }
        }
        return result
    }
}
