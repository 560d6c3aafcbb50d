internal import BatchRecord
internal import Daemon
internal import Exposition
internal import MetricModel
internal import RingLog

/// How `buffer inspect --samples` writes a sample.
package enum SampleLineFormat: String, CaseIterable, Sendable {
    /// Time, series and value, for people and grep.
    case text
    /// Prometheus text with timestamps in milliseconds. In the order of the ring, so a family comes again with each
    /// tick: its type is told the first time.
    case exposition
}

/// The samples of records as lines.
struct SampleLines {
    let format: SampleLineFormat
    /// Samples whose record or declaration is damaged.
    private(set) var leftOutCount = 0
    /// Families whose type was told.
    private var told: Set<String> = []

    init(format: SampleLineFormat) { self.format = format }

    mutating func text(
        of bytes: UnsafeRawBufferPointer, _ header: RecordHeader, _ decoder: BatchRecordDecoder,
        _ dictionary: SegmentDictionary
    ) -> String {
        var text = ""
        do throws(BatchRecordError) {
            let summary = try decoder.decode(bytes, with: dictionary) { append($0, to: &text) }
            leftOutCount += summary.undeclaredCount
        } catch {
            leftOutCount += 1
            if format == .text { text += "# record \(header.number): \(error)\n" }
        }
        return text
    }

    private mutating func append(_ entry: BatchRecordDecoder.Entry, to text: inout String) {
        let family = entry.family
        let series = SampleLines.series(entry.packedLabels)
        switch format {
        case .text:
            text += "\(UTCTime(unixMilliseconds: entry.unixMilliseconds).text)  \(series)  "
            text += GoNumberText.general(entry.value) + "\n"
        case .exposition:
            // Each declared family is one of the agent's own, so there are not many.
            if told.insert(family.name).inserted {
                if !family.help.isEmpty {
                    text += "# HELP \(family.name) \(SampleLines.escaped(family.help, quotes: false))\n"
                }
                text += "# TYPE \(family.name) \(family.type == .unknown ? "untyped" : family.type.name)\n"
            }
            text += "\(series) \(GoNumberText.general(entry.value)) \(entry.unixMilliseconds)\n"
        }
    }

    private static func series(_ labels: UnsafeRawBufferPointer) -> String {
        var name = ""
        var pairs: [String] = []
        var walk = PackedLabelWalk()
        while let label = walk.next(in: labels) {
            let value = String(decoding: labels[label.value], as: UTF8.self)
            let key = String(decoding: labels[label.name], as: UTF8.self)
            if key == "__name__" {
                name = value
            } else {
                pairs.append("\(key)=\"\(escaped(value, quotes: true))\"")
            }
        }
        return pairs.isEmpty ? name : "\(name){\(pairs.joined(separator: ","))}"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
