import CWaysideDevice
import TestValues
import Testing

/// The behaviour that firmware relies on, each by name. Random histories, torn and hostile areas against a model, with
/// sanitizers: firmware-protocol/check/c_queue.c.
@Suite struct QueueTests {
    @Test func `an outage drops the oldest, and the gap in the numbers is what was dropped`() {
        let device = TestDevice(areaByteCount: 1024)
        for uptime in 0..<100 as Range<UInt64> { #expect(device.measure(uptime: uptime) == WAYSIDE_OK) }
        let dropped = device.queue.dropped
        #expect(dropped > 50 && device.queue.count == 100 - dropped)
        let payloads = device.waiting()
        #expect(
            payloads
                == (dropped..<100).map {
                    #"{"boot_id":3,"seq":\#($0),"uptime_ms":\#($0),"readings":[]}"#
                })
        // The count outlives a restart, as the area does.
        device.restart(bootID: 4)
        #expect(device.queue.dropped == dropped)
    }

    @Test func `an entry stays until its acknowledgement, and goes behind the older ones`() {
        let device = TestDevice(areaByteCount: 1024)
        for uptime in 0..<3 as Range<UInt64> { #expect(device.measure(uptime: uptime) == WAYSIDE_OK) }
        for messageID in [11, 12, 13] as [Int32] { #expect(device.send(messageID: messageID) != nil) }
        #expect(device.send(messageID: 14) == nil)
        #expect(wayside_queue_acknowledge(&device.queue, 12) == WAYSIDE_OK && device.queue.count == 3)
        #expect(wayside_queue_acknowledge(&device.queue, 12) == WAYSIDE_ERROR_UNKNOWN_MESSAGE)
        #expect(wayside_queue_acknowledge(&device.queue, 11) == WAYSIDE_OK && device.queue.count == 1)
        #expect(wayside_queue_acknowledge(&device.queue, 99) == WAYSIDE_ERROR_UNKNOWN_MESSAGE)
        #expect(wayside_queue_acknowledge(&device.queue, 13) == WAYSIDE_OK && device.queue.count == 0)
    }

    @Test func `a lost connection sends again what was in flight, in order and with its numbers`() {
        let device = TestDevice(areaByteCount: 2048)
        for uptime in 0..<20 as Range<UInt64> { #expect(device.measure(uptime: uptime) == WAYSIDE_OK) }
        let first = (0..<8).map { device.send(messageID: $0) }
        #expect(!first.contains(nil))
        var entry = wayside_entry()
        #expect(wayside_queue_next(&device.queue, &entry) == WAYSIDE_ERROR_TOO_MANY_IN_FLIGHT)
        #expect(wayside_queue_acknowledge(&device.queue, 0) == WAYSIDE_OK)
        wayside_queue_rewind(&device.queue)
        // An acknowledgement of the connection that is gone.
        #expect(wayside_queue_acknowledge(&device.queue, 1) == WAYSIDE_ERROR_UNKNOWN_MESSAGE)
        #expect((0..<7).map { device.send(messageID: $0) } == Array(first.dropFirst()))
    }

    @Test func `an entry in flight that had to go is acknowledged by nobody`() {
        let device = TestDevice(areaByteCount: WAYSIDE_QUEUE_AREA_MINIMUM)
        #expect(device.measure(uptime: 0) == WAYSIDE_OK)
        #expect(device.send(messageID: 5) != nil)
        for uptime in 1..<6 as Range<UInt64> { #expect(device.measure(uptime: uptime) == WAYSIDE_OK) }
        #expect(wayside_queue_acknowledge(&device.queue, 5) == WAYSIDE_ERROR_UNKNOWN_MESSAGE)
        #expect(device.waiting().last == #"{"boot_id":3,"seq":5,"uptime_ms":5,"readings":[]}"#)
    }

    @Test func `what cannot be queued changes nothing`() {
        let device = TestDevice(areaByteCount: WAYSIDE_QUEUE_AREA_MINIMUM)
        #expect(device.measure(uptime: 0) == WAYSIDE_OK)
        let large = [UInt8](repeating: 1, count: 8193)
        #expect(wayside_queue_push(&device.queue, WAYSIDE_EVENT, large, 200) == WAYSIDE_ERROR_ENTRY_TOO_LARGE)
        #expect(wayside_queue_push(&device.queue, WAYSIDE_EVENT, large, 8193) == WAYSIDE_ERROR_PAYLOAD_TOO_LARGE)
        #expect(wayside_queue_push(&device.queue, WAYSIDE_BIRTH, large, 10) == WAYSIDE_ERROR_INVALID_KIND)
        #expect(device.queue.count == 1 && device.queue.dropped == 0)
        wayside_queue_clear(&device.queue)
        #expect(device.waiting().isEmpty)
        var queue = wayside_queue()
        let short = WAYSIDE_QUEUE_AREA_MINIMUM - 1
        #expect(wayside_queue_open(&queue, "pump-3", nil, short) == WAYSIDE_ERROR_AREA_TOO_SMALL)
        #expect(wayside_queue_open(&queue, "", nil, short) == WAYSIDE_ERROR_INVALID_DEVICE_ID)
    }

    @Test func `an area of another device, size or of nothing is begun anew`() {
        var queue = wayside_queue()
        let area = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 600)
        defer { area.deallocate() }
        area.initialize(repeating: 0)
        let payload = [UInt8](repeating: 7, count: 20)
        func open(_ deviceID: String, _ byteCount: Int) -> wayside_area_state {
            #expect(wayside_queue_open(&queue, deviceID, area.baseAddress, byteCount) == WAYSIDE_OK)
            return queue.found
        }
        #expect(open("pump-3", 600) == WAYSIDE_AREA_NEW)
        #expect(wayside_queue_push(&queue, WAYSIDE_EVENT, payload, payload.count) == WAYSIDE_OK)
        #expect(open("pump-3", 600) == WAYSIDE_AREA_KEPT && queue.count == 1)
        #expect(open("pump-4", 600) == WAYSIDE_AREA_NEW && queue.count == 0)
        #expect(open("pump-3", 600) == WAYSIDE_AREA_NEW)
        #expect(open("pump-3", 596) == WAYSIDE_AREA_NEW)
        // Random memory, as RTC memory has it after power-on.
        var random = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            for index in area.indices { area[index] = UInt8(truncatingIfNeeded: random.next()) }
            #expect(open("pump-3", 600) == WAYSIDE_AREA_NEW)
        }
    }
}
