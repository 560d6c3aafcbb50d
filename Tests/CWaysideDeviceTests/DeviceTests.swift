import CWaysideDevice
import Testing

@Suite struct DeviceTests {
    @Test func `a counter of 32 bits that wraps goes on`() {
        var uptime = wayside_uptime()
        #expect(wayside_uptime_ms(&uptime, 5) == 5)
        #expect(wayside_uptime_ms(&uptime, 0xffff_fffe) == 0xffff_fffe)
        #expect(wayside_uptime_ms(&uptime, 0xffff_fffe) == 0xffff_fffe)
        #expect(wayside_uptime_ms(&uptime, 1) == 0x1_0000_0001)
        #expect(wayside_uptime_ms(&uptime, 0) == 0x2_0000_0000)
    }

    @Test func `each boot has the next number, stored before it is used`() {
        var store = BootStore()
        withUnsafeMutablePointer(to: &store) { store in
            var memory = bootMemory(store)
            var bootID: UInt32 = 0
            for expected in UInt32(1)...3 {
                #expect(wayside_next_boot_id(&memory, &bootID) == WAYSIDE_OK)
                #expect(bootID == expected && store.pointee.stored == expected)
            }
            store.pointee.stored = .max
            #expect(wayside_next_boot_id(&memory, &bootID) == WAYSIDE_OK && bootID == 0)
            store.pointee.storing = false
            #expect(wayside_next_boot_id(&memory, &bootID) == WAYSIDE_ERROR_BOOT_ID)
            store.pointee = BootStore(loading: false)
            #expect(wayside_next_boot_id(&memory, &bootID) == WAYSIDE_ERROR_BOOT_ID)
            // Nothing is written over a number that could not be read.
            #expect(store.pointee.stored == 0 && bootID == 0)
        }
    }

    @Test func `numbers rise by one, and only for what was taken`() throws {
        let device = TestDevice(areaByteCount: 4096)
        #expect(device.measure(uptime: 10) == WAYSIDE_OK)
        let texts = CTexts()
        let upper = wayside_reading_flag(wayside_named(texts.keep("Upper"), nil), nil, true)
        #expect(device.measure(uptime: 20, [upper]) == WAYSIDE_ERROR_INVALID_QUANTITY)
        withExtendedLifetime(texts) {}
        #expect(device.measure(uptime: 20, scratch: 8) == WAYSIDE_ERROR_BUFFER_TOO_SMALL)
        #expect(device.report("overload", uptime: 20) == WAYSIDE_OK)
        #expect(device.report("Overload", uptime: 20) == WAYSIDE_ERROR_INVALID_EVENT)
        #expect(device.report(nil, uptime: 20) == WAYSIDE_ERROR_INVALID_EVENT)
        #expect(device.measure(uptime: 30) == WAYSIDE_OK)
        #expect(
            device.waiting() == [
                #"{"boot_id":3,"seq":0,"uptime_ms":10,"readings":[]}"#,
                #"{"boot_id":3,"seq":1,"uptime_ms":20,"event":"overload","readings":[]}"#,
                #"{"boot_id":3,"seq":2,"uptime_ms":30,"readings":[]}"#,
            ])
    }

    @Test func `the last number of a boot is used once`() {
        let device = TestDevice(areaByteCount: 4096)
        device.device.next_sequence = .max
        #expect(device.measure(uptime: 1) == WAYSIDE_OK)
        #expect(device.measure(uptime: 2) == WAYSIDE_ERROR_SEQUENCE_EXHAUSTED)
        #expect(device.waiting() == [#"{"boot_id":3,"seq":4294967295,"uptime_ms":1,"readings":[]}"#])
    }

    @Test func `wall time is that of measuring, and absent until it is known`() {
        let device = TestDevice(areaByteCount: 4096)
        #expect(device.measure(uptime: 5) == WAYSIDE_OK)
        wayside_device_synchronised(&device.device, 1_763_600_000_000, 60_000)
        #expect(device.measure(uptime: 61_000) == WAYSIDE_OK)
        // Measured before the clock was set, told after it: its time is known then.
        #expect(device.measure(uptime: 59_000) == WAYSIDE_OK)
        #expect(
            device.waiting() == [
                #"{"boot_id":3,"seq":0,"uptime_ms":5,"readings":[]}"#,
                #"{"boot_id":3,"seq":1,"uptime_ms":61000,"unix_ms":1763600001000,"synchronised":true,"readings":[]}"#,
                #"{"boot_id":3,"seq":2,"uptime_ms":59000,"unix_ms":1763599999000,"synchronised":true,"readings":[]}"#,
            ])
    }

    @Test func `state and birth are of this boot`() {
        let device = TestDevice(areaByteCount: 4096)
        device.device.interval_ms = 1000
        var buffer = [UInt8](repeating: 0, count: 200)
        var length = 0
        #expect(wayside_device_state(&device.device, WAYSIDE_OFFLINE, &buffer, buffer.count, &length) == WAYSIDE_OK)
        #expect(String(decoding: buffer[..<length], as: UTF8.self) == #"{"state":"offline","boot_id":3}"#)
        var birth = wayside_birth()
        birth.boot_id = 99
        birth.uptime_ms = 7
        birth.reset_reason = WAYSIDE_RESET_BROWNOUT
        #expect(wayside_device_birth(&device.device, &birth, &buffer, buffer.count, &length) == WAYSIDE_OK)
        #expect(
            String(decoding: buffer[..<length], as: UTF8.self)
                == #"{"boot_id":3,"uptime_ms":7,"interval_ms":1000,"reset_reason":"brownout"}"#)
        #expect(wayside_device_begin(&device.device, "a b", WAYSIDE_CBOR, 1) == WAYSIDE_ERROR_INVALID_DEVICE_ID)
    }

    @Test func `what an earlier boot measured is sent with that boot's id`() {
        let device = TestDevice(areaByteCount: 4096)
        for uptime in [1, 2, 3] as [UInt64] { #expect(device.measure(uptime: uptime) == WAYSIDE_OK) }
        #expect(device.sendAndAcknowledge() == #"{"boot_id":3,"seq":0,"uptime_ms":1,"readings":[]}"#)
        device.restart(bootID: 4)
        #expect(device.queue.found == WAYSIDE_AREA_KEPT && device.queue.count == 2)
        #expect(device.measure(uptime: 1) == WAYSIDE_OK)
        #expect(
            device.waiting() == [
                #"{"boot_id":3,"seq":1,"uptime_ms":2,"readings":[]}"#,
                #"{"boot_id":3,"seq":2,"uptime_ms":3,"readings":[]}"#,
                #"{"boot_id":4,"seq":0,"uptime_ms":1,"readings":[]}"#,
            ])
    }

    private func bootMemory(_ store: UnsafeMutablePointer<BootStore>) -> wayside_boot_memory {
        wayside_boot_memory(
            load: { context, bootID in
                guard let store = context?.assumingMemoryBound(to: BootStore.self) else { return false }
                bootID?.pointee = store.pointee.stored
                return store.pointee.loading
            },
            store: { context, bootID in
                guard let store = context?.assumingMemoryBound(to: BootStore.self), store.pointee.storing else {
                    return false
                }
                store.pointee.stored = bootID
                return true
            }, context: store)
    }
}

/// What stands for NVS.
private struct BootStore {
    var stored: UInt32 = 0
    var loading = true
    var storing = true
}
