import CWaysideDevice

/// A device in boot 3 with a queue in memory of its own, which a restart leaves as it is.
final class TestDevice {
    var device = wayside_device()
    var queue = wayside_queue()
    private let area: UnsafeMutableRawBufferPointer

    init(areaByteCount: Int) {
        area = .allocate(byteCount: areaByteCount, alignment: 1)
        area.initializeMemory(as: UInt8.self, repeating: 0xa5)
        restart(bootID: 3)
    }

    deinit { area.deallocate() }

    func restart(bootID: UInt32) {
        precondition(wayside_device_begin(&device, "pump-3", WAYSIDE_JSON, bootID) == WAYSIDE_OK)
        precondition(wayside_queue_open(&queue, "pump-3", area.baseAddress, area.count) == WAYSIDE_OK)
    }

    func measure(uptime: UInt64, _ readings: [wayside_reading] = [], scratch: Int = 300) -> wayside_result {
        var bytes = [UInt8](repeating: 0, count: scratch)
        return wayside_device_measure(&device, &queue, uptime, readings, readings.count, &bytes, bytes.count)
    }

    func report(_ event: String?, uptime: UInt64) -> wayside_result {
        var bytes = [UInt8](repeating: 0, count: 300)
        return wayside_device_report(&device, &queue, uptime, event, [], 0, &bytes, bytes.count)
    }

    /// Hands the oldest entry that is not in flight to nobody; its payload, or nil where there is none.
    func send(messageID: Int32) -> String? {
        var entry = wayside_entry()
        guard wayside_queue_next(&queue, &entry) == WAYSIDE_OK else { return nil }
        let payload = String(decoding: UnsafeBufferPointer(start: entry.payload, count: entry.length), as: UTF8.self)
        precondition(wayside_queue_sent(&queue, messageID) == WAYSIDE_OK)
        return payload
    }

    func sendAndAcknowledge() -> String? {
        let payload = send(messageID: 1)
        if payload != nil { precondition(wayside_queue_acknowledge(&queue, 1) == WAYSIDE_OK) }
        return payload
    }

    /// All that waits, oldest first; nothing is left.
    func waiting() -> [String] {
        var payloads: [String] = []
        while let payload = sendAndAcknowledge() { payloads.append(payload) }
        return payloads
    }
}
