internal import LinuxSystem
internal import MetricModel

/// `dmi`: what the firmware says the machine is, from /sys/class/dmi/id; read once, as it stays till the next boot.
///
/// Only root may read the serial numbers; others get the series without them.
final class DmiCollector: HostCollector {
    private static let names = [
        "bios_date", "bios_release", "bios_vendor", "bios_version", "board_asset_tag", "board_name", "board_serial",
        "board_vendor", "board_version", "chassis_asset_tag", "chassis_serial", "chassis_vendor", "chassis_version",
        "product_family", "product_name", "product_serial", "product_sku", "product_uuid", "product_version",
        "sys_vendor",
    ]
    private let info = MetricFamily(
        "node_dmi_info", .gauge, help: "What the firmware says of the machine, as labels.",
        labels: names.dropLast() + ["system_vendor"])
    private let path: String
    private var series: Series?
    private var isRead = false
    private var hiddenName: String?

    init(_ settings: HostMetricsSettings) {
        path = settings.roots.sysfs + "/class/dmi/id"
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        if !isRead {
            let texts = try read()
            series = output.series(info, texts)
            isRead = true
        }
        if let hiddenName {
            output.remarkRefusal("\(path)/\(hiddenName)")
        }
        output.append(series, 1)
    }

    private func read() throws(CollectorError) -> [String] {
        // Most boards have no such firmware, and one question is cheaper than twenty.
        do throws(SystemError) { _ = try FileStamp(asking: path) } catch { throw .system(error) }
        var texts: [String] = []
        var failure: SystemError?
        for name in Self.names {
            var text = ""
            do throws(SystemError) {
                let bytes = try Files.read("\(path)/\(name)", byteLimit: 4096)
                text = bytes.withUnsafeBytes { String(decoding: AttributeTexts.trimmed($0), as: UTF8.self) }
            } catch {
                failure = error
                if error.isPermissionDenied { hiddenName = hiddenName ?? name }
            }
            texts.append(text)
        }
        if let failure, texts.allSatisfy(\.isEmpty) { throw .system(failure) }
        return texts
    }
}
