internal import LinuxSystem
internal import MetricModel

/// A bcache set: one or more caches before one or more backing devices.
final class BcacheSet {
    /// A device of the set: its files of one number, and one of lines.
    private struct Member {
        let files: [NumberFile]
        let lines: KeptFile?
        let keys: [StaticString]
        let lineSeries: [Series?]
    }

    private let uuid: String
    private let isPriorityEnabled: Bool
    private let files: [NumberFile]
    private var members: DeviceRows<Member>
    private var values: [Double?] = []

    init(_ uuid: String, in root: String, isPriorityEnabled: Bool, _ output: inout CollectorOutput) {
        self.uuid = uuid
        self.isPriorityEnabled = isPriorityEnabled
        files = [NumberFile](BcacheFamilies.set, in: "\(root)/\(uuid)", [uuid], &output)
        members = DeviceRows("\(root)/\(uuid)")
    }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        try files.give(&output)
        let (root, uuid, isPriorityEnabled) = (members.path, uuid, isPriorityEnabled)
        try members.update(&output) { name, output in
            let (path, labels) = ("\(root)/\(name)", [uuid, name])
            if Self.isNumbered(name, "bdev") {
                return Member(
                    files: [NumberFile](BcacheFamilies.backingDevice, in: path, labels, &output),
                    lines: KeptFile(path + "/writeback_rate_debug", endsAtShortRead: true),
                    keys: BcacheFamilies.writeback.map(\.key),
                    lineSeries: BcacheFamilies.writeback.map { output.series($0.family, labels) })
            }
            guard Self.isNumbered(name, "cache") else { return nil }
            return Member(
                files: [NumberFile](BcacheFamilies.cache, in: path, labels, &output),
                lines: isPriorityEnabled ? KeptFile(path + "/priority_stats", endsAtShortRead: true) : nil,
                keys: BcacheFamilies.priority.map(\.key),
                lineSeries: isPriorityEnabled
                    ? BcacheFamilies.priority.map { output.series($0.family, labels) } : [])
        }
        try members.forEach { member throws(CollectorError) in
            try member.files.give(&output)
            try giveLines(member, &output)
        }
    }

    func removeAll(_ output: inout CollectorOutput) { members.removeAll(&output) }

    private func giveLines(_ member: Member, _ output: inout CollectorOutput) throws(CollectorError) {
        guard let file = member.lines, let bytes = try output.readIfPresent(file) else { return }
        do throws(DamagedText) { try Self.parseLines(bytes, member.keys, into: &values) } catch {
            throw CollectorError(error, file.path)
        }
        for (series, value) in zip(member.lineSeries, values) {
            if let value { output.append(series, value) }
        }
    }

    /// Lines of `rate:  1.1M/sec` or `Unused:  99%`: the number behind each of `keys`, nil where there is no such line.
    static func parseLines(
        _ bytes: UnsafeRawBufferPointer, _ keys: [StaticString], into values: inout [Double?]
    ) throws(DamagedText) {
        values.removeAll(keepingCapacity: true)
        for key in keys {
            var cursor = ByteCursor(bytes)
            var value: Double?
            while !cursor.isAtEnd, value == nil {
                if cursor.take(key) {
                    value = try cursor.bcacheNumber()
                    _ = cursor.take("/sec") || cursor.take("%")
                    guard cursor.isAtLineEnd else { throw cursor.damage("the line's end") }
                }
                cursor.skipLine()
            }
            values.append(value)
        }
    }

    private static func isNumbered(_ name: String, _ prefix: String) -> Bool {
        guard name.hasPrefix(prefix), let digit = name.utf8.dropFirst(prefix.utf8.count).first else { return false }
        return (0x30...0x39).contains(digit)
    }
}
