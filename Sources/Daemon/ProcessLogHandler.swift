internal import LinuxSystem
package import Logging

/// A swift-log handler that writes one line an event to standard error.
package struct ProcessLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    private let format: LogFormat

    package init(label: String, format: LogFormat, level: Logger.Level) {
        self.label = label
        self.format = format
        self.logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let line = LogLine(
            unixMilliseconds: Clocks.unixMilliseconds(), level: event.level, label: label,
            message: event.message.description, metadata: metadata.merging(event.metadata ?? [:]) { $1 })
        StandardStreams.writeError(Array(line.rendered(as: format).utf8))
    }
}

extension Logger {
    /// A logger of this process; `label` names the part that speaks.
    package init(process label: String, format: LogFormat, level: Logger.Level) {
        self.init(label: label) { ProcessLogHandler(label: $0, format: format, level: level) }
    }
}
