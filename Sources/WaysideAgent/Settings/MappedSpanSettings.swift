internal import DeviceIntake
internal import SettingsFile

/// `uptime:` and `interval_from:` a number of seconds or milliseconds.
struct MappedSpanSettings: SettingsReadable {
    private enum Unit: String, CaseIterable {
        case milliseconds = "ms"
        case seconds = "s"
        case minutes = "min"
    }

    let span: DeviceMapping.Span?

    init(from section: SettingsSection) {
        let path = section.requiredPath("path")
        let unit = section.choice("unit", default: Unit.milliseconds)
        let factor: Double =
            switch unit {
            case .milliseconds: 1
            case .seconds: 1000
            case .minutes: 60_000
            }
        span = path.map { DeviceMapping.Span(path: $0, millisecondsPerUnit: factor) }
    }
}
