/// What a broker owes a persistent session: every message until its PUBACK, in order, again after each reconnect.
struct ModelBroker {
    /// One message of a device, by what makes it that one.
    struct Message: Hashable {
        let device: String
        let number: Int

        var topic: String {
            device.hasPrefix("ESP32") ? "modax/sensor/data" : "wayside/v1/\(device)/telemetry"
        }

        /// Its number is the value of its reading.
        var payload: String {
            device.hasPrefix("ESP32")
                ? #"{"timestamp":\#(98_000_000 + 100 * number),"device_id":"\#(device)","motor_currents":[\#(number)]}"#
                : #"{"boot_id":7,"seq":\#(number),"uptime_ms":\#(5000 + 100 * number),"#
                    + #""readings":[{"quantity":"sequence","value":\#(number)}]}"#
        }
    }

    private(set) var published: Set<Message> = []
    /// In the order of their PUBACKs, which is that of delivery.
    private(set) var acknowledged: Set<Message> = []
    private(set) var owed: [Message] = []
    private var nextNumbers: [String: Int] = [:]

    mutating func publish(_ device: String) {
        let message = Message(device: device, number: nextNumbers[device, default: 0])
        nextNumbers[device, default: 0] += 1
        published.insert(message)
        owed.append(message)
    }

    /// A PUBACK for the first of those that are owed.
    mutating func acknowledge(_ count: Int) {
        acknowledged.formUnion(owed.prefix(count))
        owed.removeFirst(count)
    }
}
