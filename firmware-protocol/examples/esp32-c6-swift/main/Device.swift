/// The device in this boot: it numbers and times its messages, and keeps those that were not acknowledged.
///
/// Messages are made by DeviceProtocol in memory of Memory.c; the queue is the C library's.
struct Device {
    private let bootID: UInt32
    private let interval = UInt32(CONFIG_WAYSIDE_INTERVAL_MS)
    private var nextSequence: UInt32 = 0
    /// Wall clock less uptime, once SNTP has set the clock.
    private var unixMinusUptime: UInt64?
    private var queue = wayside_queue()
    private var isConnected = false
    /// State and birth are told after each connect, as soon as the client takes them.
    private var introductionIsDue = false
    /// What was last told of the emergency stop: a contact bounces.
    private var toldStop: Bool?

    /// Takes identity and queue as the last boot left them. Nil where the device id makes no topic, which no id that
    /// `identity_device_id` gives does.
    init?() {
        let id = memory_device_id()
        identity_begin()
        id.bytes.withMemoryRebound(to: CChar.self, capacity: id.count) { identity_device_id($0) }
        var bootID: UInt32 = 0
        _ = identity_boot_id(&bootID)
        self.bootID = bootID
        let area = memory_queue_area()
        let opened = id.bytes.withMemoryRebound(to: CChar.self, capacity: id.count) {
            wayside_queue_open(&queue, $0, area.bytes, area.count)
        }
        guard opened == WAYSIDE_OK else { return nil }
        for kind in UInt8(0)...3 {
            guard let kind = MessageKind(rawValue: kind), Device.makeTopic(kind) else { return nil }
        }
    }

    // MARK: Measuring

    mutating func measure() {
        let now = uptime_ms()
        var encoder = MessageEncoder(into: Device.buffer(memory_message()), encoding: .cbor)
        encoder.beginTelemetry(header(now))
        // In the order of their decimals: CBOR then has each scale once.
        encoder.add("heap_free", unit: "B", Double(esp_get_free_heap_size()), decimals: 0)
        encoder.add("heap_minimum", unit: "B", Double(esp_get_minimum_free_heap_size()), decimals: 0)
        var rssi: Int32 = 0
        encoder.add("wifi_rssi", unit: "dBm", network_rssi(&rssi) ? Double(rssi) : .nan, decimals: 0)
        encoder.add("safety_emergency_stop", machine_is_pressed())
        var hundredths: Int32 = 0
        let current = machine_motor_current(&hundredths) ? Double(hundredths) / 100 : .nan
        encoder.add("motor_current", channel: "0", unit: "A", current, decimals: 2)
        put(.telemetry, &encoder)
    }

    private mutating func reportStop(_ isPressed: Bool, at uptime: UInt64) {
        guard toldStop != isPressed else { return }
        var encoder = MessageEncoder(into: Device.buffer(memory_message()), encoding: .cbor)
        encoder.beginEvent("emergency_stop", header(uptime))
        encoder.add("safety_emergency_stop", isPressed)
        if put(.event, &encoder) { toldStop = isPressed }
    }

    /// Puts the encoder's message into the queue; its number is used only then.
    @discardableResult
    private mutating func put(_ kind: MessageKind, _ encoder: inout MessageEncoder) -> Bool {
        do throws(EncodingError) {
            let count = try encoder.finish()
            let wireKind = wayside_kind(rawValue: UInt32(kind.rawValue))
            guard wayside_queue_push(&queue, wireKind, memory_message().bytes, count) == WAYSIDE_OK else {
                return false
            }
            nextSequence &+= 1
            return true
        } catch {
            return false
        }
    }

    private func header(_ uptime: UInt64) -> MessageHeader {
        MessageHeader(
            bootID: bootID, sequence: nextSequence, uptimeMilliseconds: uptime,
            synchronisedUnixMilliseconds: unixMinusUptime.map { $0 &+ uptime })
    }

    // MARK: Sending

    mutating func handle(_ happened: event) {
        switch happened.kind {
        case EVENT_CONNECTED:
            isConnected = true
            introductionIsDue = true
        case EVENT_DISCONNECTED:
            isConnected = false
            wayside_queue_rewind(&queue)
        case EVENT_ACKNOWLEDGED:
            // State and birth are acknowledged too; those are not in flight here.
            _ = wayside_queue_acknowledge(&queue, Int32(truncatingIfNeeded: happened.number))
        case EVENT_GIVEN_UP:
            wayside_queue_rewind(&queue)
        case EVENT_SAFETY_CHANGED:
            reportStop(happened.number != 0, at: happened.uptime_ms)
        case EVENT_SYNCHRONISED:
            unixMinusUptime = happened.number &- happened.uptime_ms
        default:
            break
        }
    }

    mutating func sendWaiting() {
        if events_were_lost() { wayside_queue_rewind(&queue) }
        guard isConnected else { return }
        if introductionIsDue { introductionIsDue = !introduce() }
        var entry = wayside_entry()
        while !introductionIsDue, wayside_queue_next(&queue, &entry) == WAYSIDE_OK {
            let id = Device.publish(entry.kind.rawValue, entry.payload, entry.length, isRetained: false)
            guard id >= 0 else { return }
            _ = wayside_queue_sent(&queue, id)
        }
    }

    /// Connects to the broker, which says `offline` for this device when the connection is lost.
    func connect() {
        let will = memory_will()
        let topic = memory_topic(UInt32(MessageKind.state.rawValue))
        let id = memory_device_id()
        var encoder = MessageEncoder(into: Device.buffer(will), encoding: .cbor)
        guard let count = Device.state(.offline, bootID, &encoder) else { return }
        id.bytes.withMemoryRebound(to: CChar.self, capacity: id.count) { id in
            topic.bytes.withMemoryRebound(to: CChar.self, capacity: topic.count) { topic in
                broker_begin(id, topic, will.bytes, count)
            }
        }
    }

    /// Tells state and birth; false where the client had no room for both.
    private func introduce() -> Bool {
        let message = memory_message()
        var state = MessageEncoder(into: Device.buffer(message), encoding: .cbor)
        guard let stateCount = Device.state(.online, bootID, &state) else { return true }
        let stateKind = UInt32(MessageKind.state.rawValue)
        guard Device.publish(stateKind, message.bytes, stateCount, isRetained: true) >= 0 else { return false }
        guard let birthCount = encodeBirth() else { return true }
        return Device.publish(UInt32(MessageKind.birth.rawValue), message.bytes, birthCount, isRetained: true) >= 0
    }

    private func encodeBirth() -> Int? {
        var encoder = MessageEncoder(into: Device.buffer(memory_message()), encoding: .cbor)
        encoder.beginBirth(
            BirthMessage(
                bootID: bootID, uptimeMilliseconds: uptime_ms(), intervalMilliseconds: interval, firmware: "1.0.0",
                model: "wayside-swift-example",
                resetReason: ResetReason(rawValue: UInt8(truncatingIfNeeded: identity_reset_reason().rawValue))))
        encoder.declare("heap_free", unit: "B")
        encoder.declare("heap_minimum", unit: "B")
        encoder.declare("wifi_rssi", unit: "dBm")
        encoder.declare("safety_emergency_stop")
        encoder.declare("motor_current", channel: "0", unit: "A")
        // Operating hours weighted by (current / 5 A)^3, of 20,000 the motor is made for.
        encoder.beginWear("motor", model: "operating_hours", quantity: "motor_current", channel: "0")
        encoder.addParameter("nominal_load", 5, decimals: 0)
        encoder.addParameter("load_exponent", 3, decimals: 0)
        encoder.addParameter("nominal_life_hours", 20_000, decimals: 0)
        do throws(EncodingError) { return try encoder.finish() } catch { return nil }
    }

    private static func state(_ state: DeviceState, _ bootID: UInt32, _ encoder: inout MessageEncoder) -> Int? {
        do throws(EncodingError) { return try encoder.encodeState(state, bootID: bootID) } catch { return nil }
    }

    private static func publish(
        _ kind: UInt32, _ payload: UnsafePointer<UInt8>?, _ count: Int, isRetained: Bool
    ) -> Int32 {
        let topic = memory_topic(kind)
        return topic.bytes.withMemoryRebound(to: CChar.self, capacity: topic.count) {
            broker_publish($0, payload, count, isRetained)
        }
    }

    /// Writes a kind's topic; the zero bytes behind it end the text for C.
    private static func makeTopic(_ kind: MessageKind) -> Bool {
        let id = memory_device_id()
        var count = 0
        while count < id.count, id.bytes[count] != 0 { count += 1 }
        let topic = memory_topic(UInt32(kind.rawValue))
        do throws(EncodingError) {
            let text = ProtocolText(UnsafeRawBufferPointer(start: id.bytes, count: count))
            let length = try DeviceTopic.encode(kind, deviceID: text, into: buffer(topic))
            return length < topic.count
        } catch {
            return false
        }
    }

    private static func buffer(_ memory: memory) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: memory.bytes, count: memory.count)
    }
}
