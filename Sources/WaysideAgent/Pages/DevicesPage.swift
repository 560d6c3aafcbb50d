internal import Daemon
internal import DeviceIntake
internal import JSONText

/// `GET /api/v1/devices`: every device with its age, state, counts and last readings.
enum DevicesPage {
    static func json(_ devices: [DeviceStatus]) -> [UInt8] {
        JSONPage.bytes { writer in
            writer.beginObject()
            writer.key("devices")
            writer.beginArray()
            for device in devices { write(device, to: &writer) }
            writer.endArray()
            writer.endObject()
        }
    }

    private static func write(_ device: DeviceStatus, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", device.id)
        writer.member("profile", device.profile.name)
        writer.member("state", device.state.rawValue)
        writer.member("age_ms", device.ageMilliseconds)
        writer.member("age_is_lower_bound", device.isAgeLowerBound)
        writer.member("last_sample_unix_ms", device.lastSampleUnixMilliseconds)
        writer.member("interval_ms", device.intervalMilliseconds)
        writer.member("interval_is_declared", device.isIntervalDeclared)
        writer.member("firmware", device.firmware)
        writer.member("model", device.model)
        writer.member("reset_reason", device.resetReason)
        writer.key("counts")
        write(device.counts, to: &writer)
        writer.key("readings")
        writer.beginArray()
        for reading in device.readings { write(reading, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ counts: DeviceCounts, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("messages", count: counts.messages)
        writer.member("lost", count: counts.lost)
        writer.member("duplicates", count: counts.duplicates)
        writer.member("reordered", count: counts.reordered)
        writer.member("malformed", count: counts.malformed.reduce(0, +))
        writer.member("reboots", count: counts.reboots)
        writer.endObject()
    }

    private static func write(_ reading: DeviceStatus.Reading, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("metric", reading.metric)
        if !reading.channelLabel.isEmpty {
            writer.member("channel_label", reading.channelLabel)
            writer.member("channel", reading.channel)
        }
        writer.key("value")
        writer.number(reading.value)
        writer.member("age_ms", reading.ageMilliseconds)
        writer.endObject()
    }
}
