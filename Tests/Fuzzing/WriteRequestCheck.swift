import MetricModel
import RemoteWrite

/// What holds of both remote-write decoders: limits are kept, every sample is taken or counted, labels are canonical,
/// the quick ways through labels answer as the slow ones, and a request written from what was read is read the same.
struct WriteRequestCheck {
    let decode: ([UInt8], DecodeLimits, inout SampleColumns) throws(RemoteWriteError) -> DecodedCounts
    let encode: (SampleColumns, inout [UInt8]) -> Void
    let keepsStarts: Bool

    private static let limits = DecodeLimits(
        seriesLimit: 300, sampleLimit: 2000, symbolLimit: 1000, labelByteLimit: 50_000, labelsPerSeriesLimit: 40,
        labelNameByteLimit: 200, labelValueByteLimit: 500, familyLimit: 50, listedRefusalLimit: 3)

    func run(_ bytes: [UInt8]) {
        var columns = SeedBatches.columns(seed: 1, count: 2)
        let counts = attempt { () throws(RemoteWriteError) in try decode(bytes, Self.limits, &columns) }
        guard let counts else {
            hold(columns.rows.isEmpty && columns.values.isEmpty, "after an error the columns are empty")
            return
        }
        check(columns, counts)
        // An unknown field behind the request gives the quick ways the room they need, and changes nothing else.
        var padded = SampleColumns()
        let paddedCounts = attempt { () throws(RemoteWriteError) in
            try decode(bytes + [0xa2, 0x38, 80] + [UInt8](repeating: 0, count: 80), Self.limits, &padded)
        }
        hold(paddedCounts == counts && isSame(padded, columns), "the quick way answers as the slow one")
        checkAgain(columns)
    }

    private func check(_ columns: SampleColumns, _ counts: DecodedCounts) {
        let limits = Self.limits
        hold(counts.series == columns.rows.count && counts.samples == columns.values.count, "the counts are right")
        hold(columns.rows.count <= limits.seriesLimit && columns.values.count <= limits.sampleLimit, "series, samples")
        hold(columns.labelBytes.count <= limits.labelByteLimit, "the limit of label bytes")
        hold(columns.families.count <= limits.familyLimit, "the limit of families")
        hold(counts.refusals.count <= limits.listedRefusalLimit, "the limit of listed refusals")
        hold(columns.unixMilliseconds.count == columns.values.count, "columns are of one length")
        hold([0, columns.values.count].contains(columns.startUnixMilliseconds.count), "starts for all or none")
        hold(counts.hasRefusals == !counts.refusalText.isEmpty, "refusals are told")
        var end = 0
        for row in columns.rows {
            hold(row.samples.lowerBound == end && !row.samples.isEmpty, "rows have their samples in order")
            hold(row.family < Int32(columns.families.count), "a row's family is there")
            end = row.samples.upperBound
            let labels = columns.labels(of: row)
            hold(PackedCheck.isCanonical(labels.packed), "labels are sorted and unique: \(labels)")
            hold(!labels.metricName.isEmpty, "a series has a name")
        }
        hold(end == columns.values.count, "every sample belongs to a row")
    }

    private func checkAgain(_ columns: SampleColumns) {
        var message: [UInt8] = []
        encode(columns, &message)
        var back = SampleColumns()
        let counts = must("what was encoded is decoded") { () throws(RemoteWriteError) in
            try decode(message, Self.limits, &back)
        }
        hold(!counts.hasRefusals, "what was encoded is taken: \(counts.refusalText)")
        hold(isSame(back, columns), "what was encoded comes back")
    }

    private func isSame(_ left: SampleColumns, _ right: SampleColumns) -> Bool {
        left.labelBytes == right.labelBytes && left.unixMilliseconds == right.unixMilliseconds
            && left.values.map(\.bitPattern) == right.values.map(\.bitPattern)
            && left.rows.map(\.labels) == right.rows.map(\.labels)
            && left.rows.map(\.samples) == right.rows.map(\.samples)
            && (!keepsStarts || starts(left) == starts(right))
    }

    private func starts(_ columns: SampleColumns) -> [Int64] {
        columns.startUnixMilliseconds.isEmpty ? columns.values.map { _ in 0 } : columns.startUnixMilliseconds
    }
}
