internal import MetricModel

/// The metrics of a disk's health.
enum DiskHealthFamilies {
    /// By the figure's number.
    static let all: [MetricFamily] = DiskHealth.Figure.allCases.map { figure in
        switch figure {
        case .lifeUsed:
            gauge("life_used_ratio", "What the disk says is used of its life; more than 1 is beyond its end.")
        case .availableSpare: gauge("available_spare_ratio", "What is left of the spare blocks.")
        case .spareThreshold:
            gauge("available_spare_threshold_ratio", "Below this the spare blocks are too few, the maker says.")
        case .criticalWarning:
            gauge("critical_warning", "The bits of NVMe's critical warning; 0 is none.")
        case .mediaErrors: counter("media_errors_total", "Data that could not be read back.")
        case .writtenBytes: counter("lifetime_written_bytes_total", "Bytes written in the disk's life.", "bytes")
        case .readBytes: counter("lifetime_read_bytes_total", "Bytes read in the disk's life.", "bytes")
        case .powerCycles: counter("power_cycles_total", "How often the disk was powered on.")
        case .powerOnSeconds: counter("power_on_seconds_total", "How long the disk was powered on.", "seconds")
        case .unsafeShutdowns: counter("unsafe_shutdowns_total", "How often power went without a warning.")
        case .reallocatedSectors: gauge("reallocated_sectors", "Sectors that were replaced by spare ones.")
        case .pendingSectors: gauge("pending_sectors", "Sectors that cannot be read and wait to be replaced.")
        }
    }

    static let readTime = gauge(
        "health_timestamp_seconds", "When the disk was last asked, in seconds since 1970.", "seconds")
    static let asleep = gauge("asleep", "1 where the disk was left asleep instead of being asked, else 0.")
    static let projection = ProjectionSeries.Families(prefix: "wayside_disk")

    private static func gauge(_ name: String, _ help: String, _ unit: String = "") -> MetricFamily {
        MetricFamily("wayside_disk_" + name, .gauge, help: help, unit: unit, labels: ["device"])
    }

    private static func counter(_ name: String, _ help: String, _ unit: String = "") -> MetricFamily {
        MetricFamily("wayside_disk_" + name, .counter, help: help, unit: unit, labels: ["device"])
    }
}
