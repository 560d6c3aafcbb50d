internal import Daemon
internal import DeviceIntake
internal import JSONText
internal import Wear

/// `GET /api/v1/devices`: how the fleet is, and every device with its age, state, concerns, counts and last readings.
enum DevicesPage {
    static func json(_ fleet: Fleet) -> [UInt8] {
        JSONPage.bytes { writer in
            writer.beginObject()
            writer.key("summary")
            writeSummary(of: fleet, to: &writer)
            writer.key("devices")
            writer.beginArray()
            for device in fleet.devices { write(device, to: &writer) }
            writer.endArray()
            writer.endObject()
        }
    }

    private static func writeSummary(of fleet: Fleet, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("known", Int64(fleet.devices.count))
        writer.member("limit", Int64(fleet.limit))
        writer.member("online", Int64(fleet.count(.online)))
        writer.member("stale", Int64(fleet.count(.stale)))
        writer.member("offline", Int64(fleet.count(.offline)))
        writer.member("unheard", Int64(fleet.count(.unheard)))
        writer.key("concerned")
        writer.beginArray()
        for device in fleet.concerned { writer.string(device.status.id) }
        writer.endArray()
        writer.member("recent_ms", fleet.recentMilliseconds)
        writer.endObject()
    }

    private static func write(_ concern: DeviceConcern, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("code", concern.code)
        writer.member("text", concern.text)
        writer.endObject()
    }

    private static func write(_ entry: FleetDevice, to writer: inout JSONWriter) {
        let device = entry.status
        writer.beginObject()
        writer.member("id", device.id)
        writer.member("profile", device.profile.name)
        writer.member("state", device.state.rawValue)
        writer.member("age_ms", device.ageMilliseconds)
        writer.member("age_is_lower_bound", device.isAgeLowerBound)
        writer.member("last_sample_unix_ms", device.lastSampleUnixMilliseconds)
        writer.member("interval_ms", device.intervalMilliseconds)
        writer.member("interval_is_declared", device.isIntervalDeclared)
        writer.key("concerns")
        writer.beginArray()
        for concern in entry.concerns { write(concern, to: &writer) }
        writer.endArray()
        writer.member("firmware", device.firmware)
        writer.member("model", device.model)
        writer.member("reset_reason", device.resetReason)
        writeTimes(of: device, to: &writer)
        writer.key("counts")
        write(device.counts, to: &writer)
        writer.key("recent_counts")
        write(entry.recent, to: &writer)
        if device.declaredReadingCount > 0 {
            writer.member("declared_readings", Int64(device.declaredReadingCount))
            writer.key("missing_readings")
            writer.beginArray()
            for name in device.missingReadings { Array(name.utf8).withUnsafeBytes { writer.string($0) } }
            writer.endArray()
        }
        writer.key("readings")
        writer.beginArray()
        for reading in device.readings { write(reading, to: &writer) }
        writer.endArray()
        writer.key("wear")
        writer.beginArray()
        for component in entry.wear { write(component, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func writeTimes(of device: DeviceStatus, to writer: inout JSONWriter) {
        writer.member("first_seen_unix_ms", device.firstSeenUnixMilliseconds)
        writer.member("last_seen_unix_ms", device.lastSeenUnixMilliseconds)
        writer.key("clock")
        writer.beginObject()
        writer.member("state", device.clockState.rawValue)
        writer.member("drift_ppm", device.clockDriftPartsPerMillion)
        writer.member("offset_ms", device.clockOffsetMilliseconds)
        writer.endObject()
    }

    private static func write(_ wear: WearStatus, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("component", wear.component)
        writer.member("model", wear.model)
        writer.member("percentage", wear.percentage)
        writer.member("remaining_hours", wear.remaining.estimate?.hours)
        writer.member("remaining_hours_lower", wear.remaining.estimate?.lowerHours)
        writer.member("remaining_hours_upper", wear.remaining.estimate?.upperHours)
        writer.member("remaining_state", wear.remaining.reason.rawValue)
        writer.member("resets", count: wear.resetCount)
        writer.member("last_reset_unix_ms", wear.lastResetUnixMilliseconds)
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
        writer.member("refused_messages", count: counts.refusedMessages)
        writer.member("refused_readings", count: counts.refusedReadings)
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
