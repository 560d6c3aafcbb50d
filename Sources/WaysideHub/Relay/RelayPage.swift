internal import Daemon
internal import Delivery
internal import HTTPExchange
internal import JSONText
internal import LinuxSystem
internal import Relay
internal import RingLog
internal import SettingsFile

/// `GET /api/v1/relay`: who is sent what is received, and how that goes.
enum RelayPage {
    static func answer(_ desk: RelayDesk?) -> HTTPResponse {
        let now = Clocks.unixMilliseconds()
        let targets = desk?.targets ?? []
        return .json(
            JSONPage.bytes { writer in
                writer.beginObject()
                writer.member("hub", desk?.hubID)
                writer.key("targets")
                writer.beginArray()
                for target in targets { write(target, now, to: &writer) }
                writer.endArray()
                writer.endObject()
            })
    }

    private static func write(_ target: RelayTarget, _ now: Int64, to writer: inout JSONWriter) {
        let status = target.status
        let buffer = target.buffer.status
        writer.beginObject()
        writer.member("name", target.name)
        writer.member("url", target.settings.receiver.url.text)
        writer.member("protocol", status.protocolVersion)
        writer.member("sent_samples", count: status.sentSamples)
        writer.member("sent_requests", count: status.sentRequests)
        writer.member("lag_seconds", target.lagSeconds(nowUnixMilliseconds: now))
        writer.member("waiting_records", count: buffer.lastRecord - min(buffer.lastRecord, buffer.acknowledgedRecord))
        writer.member("last_success_unix_ms", status.lastSuccessUnixMilliseconds)
        writer.member("last_error", status.lastError.isEmpty ? nil : status.lastError)
        writer.key("buffer")
        writer.beginObject()
        writer.member("ring", "\(target.buffer.ringID)")
        writer.member("used_bytes", Int64(buffer.usedByteCount))
        writer.member("capacity_bytes", Int64(buffer.byteCount))
        writer.member("last_record", count: buffer.lastRecord)
        writer.member("acknowledged_record", count: buffer.acknowledgedRecord)
        writer.member("problem", buffer.problem.isEmpty ? nil : buffer.problem)
        writer.key("losses")
        writer.beginArray()
        for loss in buffer.recentLosses.reversed() { write(loss, to: &writer) }
        writer.endArray()
        writer.endObject()
        writer.endObject()
    }

    private static func write(_ loss: RelayLoss, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("reason", loss.reason.rawValue)
        writer.member("requests", count: loss.requests)
        writer.member("samples", count: loss.samples)
        writer.member("first_received_unix_ms", loss.lastReceived == 0 ? nil : loss.firstReceived)
        writer.member("last_received_unix_ms", loss.lastReceived == 0 ? nil : loss.lastReceived)
        writer.member("first_record", count: loss.firstRecord)
        writer.member("last_record", count: loss.lastRecord)
        writer.endObject()
    }
}
