package import Logging
package import SettingsFile

/// `log:` how and how much a program says on standard error.
package struct LogSettings: SettingsReadable, Sendable {
    package enum Level: String, CaseIterable, Sendable {
        case debug
        case info
        case warning
        case error
    }

    package let format: LogFormat
    package let level: Level

    package init(from section: SettingsSection) {
        format = section.choice("format", default: .logfmt)
        level = section.choice("level", default: .info)
    }

    /// A logger for the part of the program that `label` names.
    package func logger(_ label: String) -> Logger {
        let level: Logger.Level =
            switch self.level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        return Logger(process: label, format: format, level: level)
    }
}
