import RingLog
import SimulatedSystem
import TestValues

@testable import WaysideAgent

/// What goes wrong with the disk and the links.
extension SimulatedWorld {
    /// A tmpfs has no bad sectors. It fills up, and somebody may take its rights away.
    private func breakRefuge(_ refuge: SimulatedDisk) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: refuge.permanentErrorNumber = [28, 30, 13].randomElement(using: &random)
        case 1: refuge.byteLimit = refuge.byteCount + Int.random(in: 0..<20_000, using: &random)
        case 2:
            refuge.permanentErrorNumber = nil
            refuge.byteLimit = .max
        default:
            let operation = refuge.operationCount + Int.random(in: 0..<10, using: &random)
            refuge.faults[operation] = random.oneIn(2) ? .fails(errorNumber: 28) : .failsHalfway(errorNumber: 28)
        }
        note("the refuge: \(refuge.permanentErrorNumber ?? 0), at most \(refuge.byteLimit) bytes, \(refuge.faults)")
    }

    func breakDisk() {
        if let refuge, random.oneIn(4) { return breakRefuge(refuge) }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: setPermanent([5, 28, 30].randomElement(using: &random))
        case 1:
            disk.byteLimit = disk.byteLimit == .max ? disk.byteCount + Int.random(in: 0..<40_000, using: &random) : .max
        case 2: setOpening(disk.openErrorNumber == nil ? 24 : nil)
        case 3, 4:
            setPermanent(nil)
            setOpening(nil)
            disk.byteLimit = .max
        default:
            let operation = disk.operationCount + Int.random(in: 0..<20, using: &random)
            var faults: [SimulatedDisk.Fault] = [
                .fails(errorNumber: 5), .failsHalfway(errorNumber: 5), .fails(errorNumber: 28),
                .failsHalfway(errorNumber: 28),
            ]
            if !plan.isDiskHonest {
                faults += [.lies, .lies, .misdirected(byteOffset: Int.random(in: 0..<30_000, using: &random))]
            }
            let fault = faults.randomElement(using: &random) ?? .fails(errorNumber: 5)
            if case .lies = fault { hasDiskLied = true }
            if case .misdirected = fault { hasDiskLied = true }
            note("operation \(operation) will fail: \(fault)")
            disk.faults[operation] = fault
        }
    }

    private func setPermanent(_ number: Int32?) {
        note("the disk fails with \(number.map { "\($0)" } ?? "nothing") from now on")
        disk.permanentErrorNumber = number
    }

    private func setOpening(_ number: Int32?) {
        note("opening a file fails with \(number.map { "\($0)" } ?? "nothing") from now on")
        disk.openErrorNumber = number
        if number != nil { isCountExcused = true }
    }

    func changeWeather() {
        for destination in destinations where random.oneIn(2) {
            destination.network.weather = SimulatedNetwork.Weather.allCases.randomElement(using: &random) ?? .fair
            note("\(destination.name): \(destination.network.weather)")
        }
    }

    /// Flips a bit in a durable record that waits to be sent. One with samples costs its samples; one with declarations
    /// costs nothing, where they have been declared twice.
    func flipBit() throws {
        guard let buffer, disk.openErrorNumber == nil else { return }
        let attempted = destinations.flatMap(\.attempted).map(\.records.upperBound).max() ?? 0
        var found: [(header: RecordHeader, payload: [UInt8])] = []
        try buffer.read { (ring) throws(RingError) in
            _ = try ring.read(from: 1) { header, bytes in
                if header.kind == .samples && header.number > attempted && header.flags == .batchEnd
                    || header.kind == .dictionary && !header.flags.contains(.repeated)
                {
                    found.append((header, Array(bytes)))
                }
                return true
            }
        }
        guard let (header, payload) = found.randomElement(using: &random), payload.count > 20 else { return }
        if header.kind == .dictionary, try !isDeclaredTwice(header, payload, buffer) { return }
        for (name, bytes) in disk.image.sorted(by: { $0.key < $1.key }) where name.hasPrefix("segment-") {
            guard let offset = bytes.firstOffset(of: payload) else { continue }
            note("a bit flips in record \(header.number), \(header.kind)")
            summary.bitFlips += 1
            disk.flipBit(
                file: name, byteOffset: offset + Int.random(in: 0..<payload.count, using: &random),
                bit: Int.random(in: 0..<8, using: &random))
            if header.kind == .samples { promises.damage(record: header.number) }
            return
        }
    }

    /// Whether the rule says that a dictionary record's declarations stand in the segment a second time by now: its
    /// run of the agent has appended samples 64 KiB and a good deal more behind it.
    private func isDeclaredTwice(
        _ header: RecordHeader, _ payload: [UInt8], _ buffer: AgentBuffer<SimulatedDisk>
    ) throws -> Bool {
        guard header.number >= firstRecordOfRun, !damagedDictionaries.contains(header.segmentNumber) else {
            return false
        }
        let byteCount = try buffer.read { (ring) throws(RingError) in
            var count = 0
            _ = try ring.read(from: header.number) { next, bytes in
                if next.segmentNumber == header.segmentNumber { count += bytes.count }
                return next.segmentNumber == header.segmentNumber
            }
            return count
        }
        guard byteCount > 100 << 10 else { return false }
        damagedDictionaries.insert(header.segmentNumber)
        return true
    }
}

extension [UInt8] {
    /// Where `part` stands first in this array.
    fileprivate func firstOffset(of part: [UInt8]) -> Int? {
        guard let first = part.first, count >= part.count else { return nil }
        return withUnsafeBufferPointer { all in
            part.withUnsafeBufferPointer { part in
                (0...all.count - part.count).first { offset in
                    all[offset] == first && (0..<part.count).allSatisfy { all[offset + $0] == part[$0] }
                }
            }
        }
    }
}
