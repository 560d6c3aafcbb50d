package import Logging

/// How a log line is written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `time=… level=info msg="…" key=value`
    case logfmt
    /// One JSON object a line.
    case json
}

/// One log event as the bytes of its line. Pure: the time comes in.
package struct LogLine {
    package let unixMilliseconds: Int64
    package let level: Logger.Level
    package let label: String
    package let message: String
    package let metadata: Logger.Metadata

    package init(
        unixMilliseconds: Int64, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata
    ) {
        self.unixMilliseconds = unixMilliseconds
        self.level = level
        self.label = label
        self.message = message
        self.metadata = metadata
    }

    /// The line with its line feed. Control characters never reach it, so that no message can forge a line.
    package func rendered(as format: LogFormat) -> String {
        var fields: [(String, String)] = [
            ("time", UTCTime(unixMilliseconds: unixMilliseconds).text),
            ("level", level.rawValue),
            ("source", label),
            ("msg", message),
        ]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { fields.append((key, "\(value)")) }
        switch format {
        case .logfmt:
            return fields.map { "\($0)=\(LogLine.logfmtValue($1))" }.joined(separator: " ") + "\n"
        case .json:
            let members = fields.map { "\(LogLine.quoted($0)):\(LogLine.quoted($1))" }
            return "{\(members.joined(separator: ","))}\n"
        }
    }

    /// A value bare where that cannot be misread, else quoted.
    static func logfmtValue(_ value: String) -> String {
        let isBare = !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3d && $0 < 0x7f }
        return isBare ? value : quoted(value)
    }

    static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
