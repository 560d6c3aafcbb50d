internal import LinuxSystem
internal import MetricModel

/// What a cgroup has read from and written to block devices.
struct ContainerBlockIO {
    /// One device's numbers; `hasBytes` and `hasCounts` say which of the two files of version 1 had them.
    struct Line: Equatable {
        var device: Range<Int>
        var readBytes: UInt64 = 0
        var writtenBytes: UInt64 = 0
        var reads: UInt64 = 0
        var writes: UInt64 = 0
    }

    private enum Files {
        case version2(KeptFile)
        case version1(bytes: KeptFile, counts: KeptFile)
    }

    private let files: Files
    private let labels: [String]
    private let devicesPath: String
    private var lines: [Line] = []
    /// By `8:0`: the series of bytes read, bytes written, reads, writes.
    private var rows = KeyedRows<[Series?]>()
    /// Devices beyond these are left out.
    private static let deviceLimit = 256

    /// Nil where I/O is not accounted for.
    init?(_ hierarchy: CgroupHierarchy, path: String, labels: [String], sysfs: String) {
        guard let directory = hierarchy.directory(.blockIO, path) else { return nil }
        if hierarchy.isVersion2 {
            guard LinuxSystem.Files.exists(directory + "/io.stat") else { return nil }
            files = .version2(KeptFile(directory + "/io.stat", endsAtShortRead: true))
        } else {
            let suffix = ["_recursive", ""].first { suffix in
                LinuxSystem.Files.exists("\(directory)/blkio.throttle.io_service_bytes\(suffix)")
            }
            guard let suffix else { return nil }
            files = .version1(
                bytes: KeptFile("\(directory)/blkio.throttle.io_service_bytes\(suffix)", endsAtShortRead: true),
                counts: KeptFile("\(directory)/blkio.throttle.io_serviced\(suffix)", endsAtShortRead: true))
        }
        self.labels = labels
        devicesPath = sysfs + "/dev/block/"
    }

    var allSeries: [Series] { rows.entries.flatMap { $0.row.compactMap { $0 } } }

    func close() {
        switch files {
        case .version2(let file): file.close()
        case .version1(let bytes, let counts):
            bytes.close()
            counts.close()
        }
    }

    mutating func give(_ output: inout CollectorOutput) throws(CollectorError) {
        rows.begin()
        switch files {
        case .version2(let file):
            try give(file, Self.parseVersion2, columns: 0..<4, &output)
        case .version1(let bytes, let counts):
            try give(bytes, Self.parseVersion1, columns: 0..<2, &output)
            rows.begin()
            try give(counts, Self.parseVersion1, columns: 2..<4, &output)
        }
        rows.forgetUnseen(&output) { $0 }
    }

    private mutating func give(
        _ file: KeptFile, _ parse: (UnsafeRawBufferPointer, inout [Line]) throws(DamagedText) -> Void,
        columns: Range<Int>, _ output: inout CollectorOutput
    ) throws(CollectorError) {
        guard let bytes = try? file.read(into: output.buffer) else { return }
        do throws(DamagedText) { try parse(bytes, &lines) } catch { throw CollectorError(error, file.path) }
        for line in lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.device])
            let index: Int
            if let known = rows.find(key, run: output.run) {
                index = known
            } else {
                guard rows.count < Self.deviceLimit else { continue }
                let labels = labels + [deviceName(String(decoding: key, as: UTF8.self))]
                index = rows.insert(
                    key,
                    [
                        output.series(ContainerFamilies.readBytes, labels),
                        output.series(ContainerFamilies.writtenBytes, labels),
                        output.series(ContainerFamilies.reads, labels), output.series(ContainerFamilies.writes, labels),
                    ], run: output.run)
            }
            let values = (line.readBytes, line.writtenBytes, line.reads, line.writes)
            if columns.lowerBound == 0 {
                output.append(rows[index][0], Double(values.0))
                output.append(rows[index][1], Double(values.1))
            }
            // Version 1 has its counts in the first two places too.
            if columns.upperBound == 4 {
                let isAlone = columns.lowerBound == 2
                output.append(rows[index][2], Double(isAlone ? values.0 : values.2))
                output.append(rows[index][3], Double(isAlone ? values.1 : values.3))
            }
        }
    }

    /// `/dev/sda`, as cAdvisor calls it; the numbers where /sys does not know the device.
    private func deviceName(_ numbers: String) -> String {
        let text = (try? LinuxSystem.Files.readText("\(devicesPath)\(numbers)/uevent", byteLimit: 4096)) ?? ""
        for line in text.split(separator: "\n") where line.hasPrefix("DEVNAME=") {
            return "/dev/" + line.dropFirst("DEVNAME=".count)
        }
        return numbers
    }

    /// Lines of `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`; a device without I/O has its numbers only.
    static func parseVersion2(_ bytes: UnsafeRawBufferPointer, into lines: inout [Line]) throws(DamagedText) {
        lines.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            var line = Line(device: try device(&cursor))
            var isEmpty = true
            cursor.skipSpaces()
            while !cursor.isAtLineEnd {
                if cursor.take("rbytes=") {
                    line.readBytes = try cursor.unsigned()
                } else if cursor.take("wbytes=") {
                    line.writtenBytes = try cursor.unsigned()
                } else if cursor.take("rios=") {
                    line.reads = try cursor.unsigned()
                } else if cursor.take("wios=") {
                    line.writes = try cursor.unsigned()
                } else {
                    cursor.skipColumn()
                    cursor.skipSpaces()
                    continue
                }
                isEmpty = false
                cursor.skipSpaces()
            }
            cursor.skipLine()
            if !isEmpty { lines.append(line) }
        }
    }

    /// Lines of `8:0 Read 4096`, of which the two first places get those of Read and Write; `Total 4096` at the end.
    static func parseVersion1(_ bytes: UnsafeRawBufferPointer, into lines: inout [Line]) throws(DamagedText) {
        lines.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if cursor.take("Total ") {
                cursor.skipLine()
                continue
            }
            let device = try device(&cursor)
            cursor.skipSpaces()
            let isRead = cursor.take("Read ")
            guard isRead || cursor.take("Write ") else {
                cursor.skipLine()
                continue
            }
            let value = try cursor.unsigned()
            let isSame =
                lines.last.map { line in
                    bytes[line.device].elementsEqual(bytes[device])
                } ?? false
            if !isSame { lines.append(Line(device: device)) }
            if isRead { lines[lines.count - 1].readBytes = value } else { lines[lines.count - 1].writtenBytes = value }
            cursor.skipLine()
        }
    }

    /// `8:0`, which is checked because it becomes part of a path.
    private static func device(_ cursor: inout ByteCursor) throws(DamagedText) -> Range<Int> {
        let start = cursor.offset
        _ = try cursor.digits()
        guard cursor.take(":") else { throw cursor.damage("a device's two numbers") }
        _ = try cursor.unsigned()
        return start..<cursor.offset
    }
}
