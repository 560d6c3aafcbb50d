internal import BatchRecord
internal import Daemon
internal import JSONText
internal import RingLog

/// `GET /api/v1/buffer`: the ring and its destinations.
enum BufferPage {
    static func json(_ agent: Agent) -> [UInt8] {
        JSONPage.bytes { writer in
            writer.beginObject()
            writer.key("buffer")
            if let buffer = agent.buffer {
                write(buffer, to: &writer)
            } else {
                writer.null()
            }
            writer.key("time")
            write(agent.time.status, agent.buffer?.status.time ?? BufferTime(), to: &writer)
            writer.key("destinations")
            writer.beginArray()
            for shipper in agent.shippers { write(shipper, to: &writer) }
            writer.endArray()
            writer.endObject()
        }
    }

    private static func write(_ buffer: FlashBuffer, to writer: inout JSONWriter) {
        let status = buffer.status
        writer.beginObject()
        writer.member("ring", "\(status.ringID)")
        if let fill = status.fill {
            writer.member("capacity_bytes", Int64(fill.capacityByteCount))
            writer.member("unacknowledged_bytes", Int64(fill.unacknowledgedByteCount))
            writer.member("segments", Int64(fill.segmentCount))
            writer.member("segment_limit", Int64(fill.segmentLimit))
            writer.member("oldest_record", count: fill.oldestRecord)
            writer.member("last_durable_record", count: fill.lastDurableRecord)
        }
        writer.member("holds_seconds", status.capacitySeconds.map { Int64($0) })
        writer.member("loss_begins_in_seconds", status.secondsUntilLoss.map { Int64($0) })
        writer.member("oldest_unsent_unix_ms", status.oldestUnsentUnixMilliseconds)
        writer.member("appended_samples", count: status.appendedSamples)
        writer.member("lost_samples", count: status.lostSamples)
        writer.member("commits", count: status.statistics.commitCount)
        writer.member("written_bytes", count: status.statistics.writtenByteCount)
        writer.member("zeroed_bytes", count: status.statistics.zeroedByteCount)
        writer.member("payload_bytes", count: status.statistics.payloadByteCount)
        writer.member("damaged_records", count: status.damagedRecords)
        writer.member("written_bytes_per_day", status.usage.writtenBytesPerDay.map { Int64($0) })
        writer.member("commits_per_day", status.usage.commitsPerDay.map { Int64($0) })
        writer.member("memory_bytes", Int64(status.uncommittedByteCount))
        writer.member("degraded", status.degraded?.rawValue)
        writer.member("problem", status.problem.isEmpty ? nil : status.problem)
        writer.key("gaps")
        writer.beginArray()
        for gap in status.gaps.reversed() { write(gap, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    /// Counts and times that are not known are left out as null.
    private static func write(_ gap: GapRecord, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("reason", gap.reason.name)
        writer.member("samples", gap.sampleCount == 0 ? nil : Int64(clamping: gap.sampleCount))
        writer.member("series", gap.seriesCount == 0 ? nil : Int64(clamping: gap.seriesCount))
        writer.member("first_unix_ms", gap.lastUnixMilliseconds == 0 ? nil : gap.firstUnixMilliseconds)
        writer.member("last_unix_ms", gap.lastUnixMilliseconds == 0 ? nil : gap.lastUnixMilliseconds)
        writer.member("first_record", count: gap.firstRecord)
        writer.member("last_record", count: gap.lastRecord)
        writer.endObject()
    }

    private static func write(_ status: TimeStatus, _ buffered: BufferTime, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("synchronised", status.isSynchronised)
        writer.member("trusted", status.isTrusted)
        writer.member("steps", count: status.stepCount)
        writer.member("last_step_ms", status.lastStepMilliseconds)
        writer.member("waits_for_sync", status.waitsUntilBootNanoseconds != nil)
        writer.member("waited_in_vain", status.waitedInVain)
        writer.member("retimed_samples", count: buffered.retimedSamples)
        writer.member("uncertain_samples", count: buffered.uncertainSamples)
        writer.member("refused_corrections", count: buffered.refusedCorrections)
        writer.member("corrections", Int64(buffered.corrections.count))
        writer.endObject()
    }

    private static func write(_ shipper: Shipper, to writer: inout JSONWriter) {
        let status = shipper.status
        writer.beginObject()
        writer.member("url", shipper.url)
        writer.member("protocol", status.protocolVersion)
        writer.member("acknowledged_samples", count: status.acknowledgedSamples)
        writer.member("sent_bytes", count: status.sentBytes)
        writer.member("newest_acknowledged_unix_ms", status.newestAcknowledgedUnixMilliseconds)
        writer.member("last_error", status.lastError.isEmpty ? nil : status.lastError)
        writer.member("next_try_unix_ms", shipper.nextTryUnixMilliseconds)
        writer.member("held_by", status.heldBy.isEmpty ? nil : status.heldBy)
        writer.member("left_out_samples", count: status.leftOutSamplesByReason.values.reduce(0, +))
        writer.member("backlog_records", status.backlogRecords.map { Int64(clamping: $0) })
        writer.endObject()
    }
}
