import RingLog
import SimulatedSystem

/// Small real rings whose files the ring target damages.
enum RingHistory {
    static let count = 4
    static let settings = RingSettings(
        byteCount: 4 * 16384, segmentByteCount: 16384, recordByteLimit: 6000, uncommittedByteLimit: 64 << 10,
        policy: .overwriteOldest, machineID: RingID(high: 7, low: 7), newRingID: RingID(high: 1, low: 99))

    /// The files of a ring: empty; one segment; nearly full with a cursor; overwritten twice with two cursors.
    static func image(_ number: Int) throws(RingError) -> [String: [UInt8]] {
        let disk = SimulatedDisk(seed: 1)
        let log = try RingLog(opening: disk, settings: settings)
        for index in 0..<[0, 3, 30, 90][number] {
            let byteCount = index % 7 == 0 ? 3000 : 40 * (index % 5)
            let kind: RecordKind = index % 4 == 0 ? .dictionary : .samples
            try log.append(kind, flags: index % 3 == 0 ? .batchEnd : []) { bytes in
                bytes.append(contentsOf: [UInt8](repeating: UInt8(index), count: byteCount))
            }
            if index % 2 == 0 { try log.commit() }
            if index % 20 == 19 {
                try log.addDestination("hub")
                if number == 3 { try log.addDestination("other") }
                log.acknowledge("hub", through: log.lastDurableRecord - 2)
                try log.writeCursor()
            }
        }
        if number > 0 { try log.commit() }
        return disk.image
    }
}

extension RingLog {
    /// `append` without the context.
    fileprivate func append(
        _ kind: RecordKind, flags: RecordFlags, encode: (inout [UInt8]) -> Void
    ) throws(RingError) {
        try append(kind, flags: flags) { encode(&$1) }
    }
}
