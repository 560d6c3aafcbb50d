internal import BatchRecord
internal import Daemon
internal import LinuxSystem
internal import MetricModel
internal import RingLog

/// `wayside-agent buffer inspect`: a ring as it lies on flash, as text. Reads alone, takes no lock, and keeps no more in
/// memory than one segment's declarations.
package struct BufferInspector {
    private let inspection: RingInspection
    private let directory: String
    /// Takes a piece of text; false where nobody reads on.
    private let write: (String) -> Bool

    /// Opens the ring in `directory`, or in `buffer` below it. Throws what a person should read.
    package init(directory: String, write: @escaping (String) -> Bool) throws {
        var path = directory
        if !BufferInspector.holdsSegments(path), Files.isDirectory(path + "/buffer") { path += "/buffer" }
        self.directory = path
        self.write = write
        inspection = try RingInspection(directory: path)
    }

    private static func holdsSegments(_ directory: String) -> Bool {
        do throws(SystemError) {
            return try Files.list(directory).contains { $0.hasPrefix("segment-") }
        } catch {
            // What cannot be listed is reported by whoever opens it.
            return false
        }
    }

    /// Identity, segments, records by kind, damage, cursors and gaps.
    package func summary() throws {
        let log = inspection.log
        var lines = ["ring      \(log.ringID) of machine \(inspection.machineID)"]
        lines.append("directory \(directory), read without a lock: with an agent running it is as of this moment")
        if log.recovery.isNewRing { lines[0] = "ring      none" }
        lines.append("")
        lines += inspection.segments.map(line)
        if !inspection.otherFiles.isEmpty { lines.append("other     \(inspection.otherFiles.joined(separator: " "))") }
        lines.append("")
        let content = try count()
        lines += content.kinds.sorted { $0.key < $1.key }.map { kind, counts in
            "records   \(HumanText.count(counts.records)) \(RecordKind(rawValue: kind).name), "
                + "\(HumanText.bytes(Int64(counts.bytes)))"
        }
        lines.append("samples   \(HumanText.count(content.samples))\(content.times)")
        lines.append(damage)
        lines += cursors
        lines += content.gaps.map { "gap       " + BufferInspector.text($0) }
        _ = write(lines.joined(separator: "\n") + "\n")
    }

    /// Every record in a line.
    package func records() throws {
        let decoder = BatchRecordDecoder()
        var isRead = true
        _ = try inspection.log.read(from: 1) { header, bytes in
            var words = ["\(header.number)", "segment \(header.segmentNumber)", header.kind.name]
            if header.flags.contains(.batchEnd) { words.append("batch-end") }
            if header.flags.contains(.repeated) { words.append("repeated") }
            if header.flags.contains(.alone) { words.append("alone") }
            words.append("\(header.byteCount) bytes")
            words += RecordText.details(header.kind, bytes, decoder)
            isRead = write(words.joined(separator: "  ") + "\n")
            return isRead
        }
    }

    /// Every sample in a line, in the order of the ring.
    package func samples(_ format: SampleLineFormat) throws {
        let log = inspection.log
        let decoder = BatchRecordDecoder()
        var writer = SampleLines(format: format)
        var isRead = true
        for segment in inspection.segments {
            guard isRead, case .records(let number, let first, let last) = segment.content, first <= last else {
                continue
            }
            var dictionary = SegmentDictionary()
            try log.readDictionary(ofSegment: number) { _, bytes in
                do throws(BatchRecordError) {
                    try dictionary.add(bytes)
                } catch {
                    // A declaration that cannot be read leaves its samples undeclared, and those are counted.
                }
            }
            _ = try log.read(from: first, through: last) { header, bytes in
                if header.kind == .samples { isRead = write(writer.text(of: bytes, header, decoder, dictionary)) }
                return isRead
            }
        }
        if isRead, format == .text, writer.leftOutCount > 0 {
            _ = write("# \(writer.leftOutCount) samples cannot be read: their record or declaration is damaged\n")
        }
    }

    // MARK: The summary's parts

    private func line(_ segment: RingInspection.Segment) -> String {
        let head = "\(segment.fileName)  \(HumanText.bytes(Int64(segment.byteCount)))  "
        switch segment.content {
        case .empty: return head + "never used"
        case .records(let number, let first, let last):
            return head + "segment \(number), " + (last < first ? "no record" : "records \(first) to \(last)")
        case .foreign(let ring, let number): return head + "segment \(number) of another ring, \(ring)"
        case .ignored(let reason): return head + BufferInspector.text(reason)
        }
    }

    private static func text(_ reason: RecoveryReport.IgnoredReason) -> String {
        switch reason {
        case .damagedHeader: "damaged header; left alone until its lap comes"
        case .unknownVersion(let version): "of format version \(version), which this program does not know"
        case .foreign: "of another ring or machine"
        case .misplaced: "copied or renamed: its header names another file"
        case .unreadable: "cannot be read"
        }
    }

    private var damage: String {
        let found = inspection.log.recovery
        guard found.damagedRecordCount > 0 || found.tornByteCount > 0 || !found.missingRanges.isEmpty else {
            return "damage    none"
        }
        func name(_ range: ClosedRange<RecordNumber>) -> String {
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
        let ranges = found.damagedRanges.map(name)
        var text = "damage    \(HumanText.count(found.damagedRecordCount)) records cannot be read"
        if !ranges.isEmpty { text += ": \(ranges.joined(separator: ", "))" }
        let missing = found.missingRanges.map(name)
        if !missing.isEmpty { text += "; segments with records \(missing.joined(separator: ", ")) are not there" }
        if found.tornByteCount > 0 { text += "; \(found.tornByteCount) bytes at the end were being written" }
        return text
    }

    private var cursors: [String] {
        let log = inspection.log
        if log.recovery.isCursorLost { return ["cursor    lost: all counts as unacknowledged"] }
        return log.destinations.map { name in
            let through = log.cursor(of: name) ?? 0
            var text = "cursor    \(name): acknowledged through \(through) of \(log.lastDurableRecord)"
            if let ahead = log.stretchAhead(of: name) { text += ", and \(ahead.lowerBound) to \(ahead.upperBound)" }
            return text
        }
    }

    private struct Content {
        var kinds: [UInt8: (records: UInt64, bytes: Int)] = [:]
        var samples: UInt64 = 0
        var first: Int64 = .max
        var last: Int64 = .min
        /// The newest, as many as the pages show.
        var gaps: [GapRecord] = []

        var times: String {
            guard samples > 0 else { return "" }
            let ends = [first, last].map { UTCTime(unixMilliseconds: $0).text }
            return ", \(ends[0]) to \(ends[1])"
        }
    }

    private func count() throws(RingError) -> Content {
        var content = Content()
        let decoder = BatchRecordDecoder()
        _ = try inspection.log.read(from: 1) { header, bytes in
            content.kinds[header.kind.rawValue, default: (0, 0)].records += 1
            content.kinds[header.kind.rawValue, default: (0, 0)].bytes += header.byteCount
            do throws(BatchRecordError) {
                if header.kind == .gap {
                    if content.gaps.count == GapJournal.recentLimit { content.gaps.removeFirst() }
                    content.gaps.append(try GapRecord(decoding: bytes))
                }
                if header.kind == .samples {
                    let summary = try decoder.summary(of: bytes)
                    guard summary.sampleCount > 0 else { return true }
                    content.samples += UInt64(summary.sampleCount)
                    content.first = min(content.first, summary.firstUnixMilliseconds)
                    content.last = max(content.last, summary.lastUnixMilliseconds)
                }
            } catch {
                // It counts as a record; `--records` says what is wrong with it.
            }
            return true
        }
        return content
    }

    static func text(_ gap: GapRecord) -> String {
        var text = "\(gap.reason.name): records \(gap.firstRecord) to \(gap.lastRecord), "
        text += gap.sampleCount == 0 ? "samples unknown" : "\(HumanText.count(gap.sampleCount)) samples"
        if gap.seriesCount > 0 { text += " of \(HumanText.count(gap.seriesCount)) series" }
        if gap.lastUnixMilliseconds > 0 {
            let ends = [gap.firstUnixMilliseconds, gap.lastUnixMilliseconds].map { UTCTime(unixMilliseconds: $0).text }
            text += ", \(ends[0]) to \(ends[1])"
        }
        return text
    }
}
