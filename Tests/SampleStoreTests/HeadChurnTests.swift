import MetricModel
import Testing

@testable import SampleStore

/// What the head costs in memory, by its own count, hour after hour.
@Suite struct HeadChurnTests {
    private static let seriesCount = 1000
    private static let hour: Int64 = 3_600_000

    private static func columns(_ generation: (Int) -> Int, _ time: Int64) -> SampleColumns {
        var columns = SampleColumns()
        for number in 0..<seriesCount {
            let labels: Labels = [
                "__name__": "container_cpu_usage_seconds_total", "instance": "gw-\(number / 500)", "job": "node",
                "id": "/system.slice/worker-\(number)-\(generation(number)).service",
            ]
            columns.beginRow(packedLabels: labels.packed)
            columns.append(unixMilliseconds: time, value: Double(number) * 3 + Double(time % 1_000_000) / 100)
        }
        return columns
    }

    private func apply(_ columns: SampleColumns, to head: inout SampleHead) -> IngestCounts {
        var sayings: [Int] = []
        return head.apply(
            columns, sender: "gw", SampleBounds(oldest: 0, newest: .max), sayings: [], newSayings: &sayings)
    }

    private static func seal(_ head: inout SampleHead, idleBefore: Int64) {
        head.freeze()
        head.releaseFrozen()
        head.removeIdle(before: idleBefore)
    }

    /// A tenth of the series is another one each hour; a seal is each hour, as in the store.
    @Test func aTenthOfTheSeriesReplacedEachHourDoesNotGrowIt() {
        var head = SampleHead(settings: StoreSettings(), sealedThrough: .min)
        var sizes: [Int] = []
        var counts: [Int] = []
        for hour in 0..<24 {
            for turn in 0..<4 {
                let time = TestStore.base + Int64(hour) * Self.hour + Int64(turn) * 900_000
                let columns = Self.columns({ ($0 + hour) % 10 == 0 ? hour : (hour - (($0 + hour) % 10)) }, time)
                let taken = apply(columns, to: &head)
                #expect(taken.stored == Self.seriesCount)
            }
            sizes.append(head.byteCount)
            counts.append(head.series.count)
            Self.seal(&head, idleBefore: TestStore.base + Int64(hour) * Self.hour)
        }
        let (early, late) = (sizes[4..<10].max() ?? 0, sizes[16...].max() ?? 0)
        #expect(late <= early + early / 50, "\(sizes)")
        #expect((counts.max() ?? 0) < Self.seriesCount * 14 / 10, "\(counts)")
    }

    /// 240 samples are 3,840 bytes raw. Labels, index and the last half-filled page of so small a head are in it.
    @Test func anHourOfASeriesIsCompressed() {
        var head = SampleHead(settings: StoreSettings(), sealedThrough: .min)
        var columns = Self.columns({ _ in 0 }, TestStore.base)
        for turn in 0..<240 {
            for row in columns.rows.indices {
                columns.unixMilliseconds[row] = TestStore.base + Int64(turn) * 15_000
                // Half of them stand still, the others count hundredths.
                if row % 2 == 0 { columns.values[row] = Double(row * 1_000_000 + turn * (row % 1500)) / 100 }
            }
            _ = apply(columns, to: &head)
        }
        #expect(head.activeSamples == 240 * Self.seriesCount)
        #expect(head.byteCount / Self.seriesCount < 900, "\(head.byteCount / Self.seriesCount)")
    }
}
