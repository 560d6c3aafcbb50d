import LinuxSystem
import RingLog
import SimulatedSystem

/// Recovery: whatever is in the segment and cursor files, opening a ring writes nothing, says the same each time,
/// hands out only records that were written, and goes on.
///
/// The input is a list of changes to the files of a real ring (`RingDamage`), checksums mended where it says so,
/// because random bytes alone never get past a checksum.
struct RingTarget: FuzzTarget {
    typealias Log = RingLog<SimulatedDisk>

    static let name = "ring"

    static func seeds() -> [[UInt8]] {
        (0..<UInt8(RingHistory.count)).flatMap { history in
            [[history]] + RingDamage.kinds.map { [history, $0, 1, 0, 0, 16, 40, 0, 4, 0, 0xff, 0, 1, 2] }
        }
    }

    private let images: [[String: [UInt8]]]

    init() {
        images = (0..<RingHistory.count).map { number in
            must("a ring on a sound disk") { try RingHistory.image(number) }
        }
    }

    func run(_ bytes: [UInt8]) {
        var input = InputCursor(bytes)
        var files = images[Int(input.byte()) % images.count]
        while !input.isAtEnd { RingDamage.apply(&input, to: &files) }
        let disk = SimulatedDisk(seed: 1)
        for (name, content) in files.sorted(by: { $0.key < $1.key }) { disk.place(name, content) }
        let log = open(disk)
        let records = readAll(log, in: files)
        hold(disk.image == files, "opening and reading write nothing")
        let again = open(disk)
        hold(again.recovery == log.recovery, "opening twice reports the same: \(log.recovery), \(again.recovery)")
        hold(again.fill == log.fill && again.destinations == log.destinations, "the ring stands the same")
        hold(again.lastRecord == log.lastRecord, "the last number is the same")
        hold(readAll(again, in: files) == records, "opening twice reads the same")
        goOn(again, disk, after: records)
    }

    private func open(_ disk: SimulatedDisk) -> Log {
        must("opening") { try Log(opening: disk, settings: RingHistory.settings) }
    }

    private struct Record: Equatable {
        let header: RecordHeader
        let payload: [UInt8]
    }

    private func readAll(_ log: Log, in files: [String: [UInt8]]? = nil) -> [Record] {
        var records: [Record] = []
        must("reading") {
            try log.read(from: 1) { header, payload in
                records.append(Record(header: header, payload: Array(payload)))
                return true
            }
        }
        for (record, next) in zip(records, records.dropFirst()) {
            hold(record.header.number < next.header.number, "numbers rise")
        }
        for record in records {
            hold(record.header.number <= log.lastRecord, "no number is above the last")
            hold(record.payload.count == record.header.byteCount, "a record has the bytes it says")
            guard let files else { continue }
            let frame = RingFrame.bytes(record.header, record.payload, ring: log.ringID)
            hold(
                files.values.contains { RingFrame.holds($0, frame) },
                "record \(record.header.number) stands in a file with a checksum that holds")
        }
        return records
    }

    /// The ring can be written after any damage, and what is written is there after the next opening.
    private func goOn(_ log: Log, _ disk: SimulatedDisk, after records: [Record]) {
        var numbers: [RecordNumber] = []
        for index in UInt8(0)..<3 {
            numbers.append(
                must("appending") {
                    try log.append(.opaque) { $1.append(contentsOf: [UInt8](repeating: index, count: 2000)) }
                })
            must("committing") { try log.commit() }
        }
        hold(numbers.first ?? 0 > records.last?.header.number ?? 0, "numbers are not given again")
        let reopened = open(disk)
        hold(reopened.ringID == log.ringID, "the ring keeps its identity")
        let found = readAll(reopened)
        for (index, number) in numbers.enumerated() {
            let isThere = found.contains {
                $0.header.number == number && $0.payload == [UInt8](repeating: UInt8(index), count: 2000)
            }
            hold(isThere, "record \(number), written after the damage, is there")
        }
    }
}
