internal import Daemon
internal import Logging
internal import Relay
internal import Shipping

/// What is logged of relay targets.
enum RelayLog {
    static func log(_ notice: RelayNotice, target: String, _ logger: Logger) {
        switch notice {
        case .lost(let loss): log(loss, target, logger)
        case .degraded(let problem):
            logger.error(
                "the buffer of a relay target takes no writes; it is in memory until it does",
                metadata: ["target": "\(target)", "error": "\(problem)"])
        case .recovered:
            logger.notice("the buffer of a relay target takes writes again", metadata: ["target": "\(target)"])
        case .tooLarge(let byteCount, let limit):
            logger.error(
                "a request does not fit into the buffer of a relay target; set a larger buffer_size",
                metadata: ["target": "\(target)", "bytes": "\(byteCount)", "limit": "\(limit)"])
        }
    }

    private static func log(_ loss: RelayLoss, _ target: String, _ logger: Logger) {
        var metadata: Logger.Metadata = [
            "target": "\(target)", "reason": "\(loss.reason.rawValue)", "requests": "\(loss.requests)",
            "samples": "\(loss.samples)", "records": "\(loss.firstRecord)-\(loss.lastRecord)",
        ]
        if loss.lastReceived > 0 {
            metadata["received"] =
                "\(UTCTime(unixMilliseconds: loss.firstReceived).text) to \(UTCTime(unixMilliseconds: loss.lastReceived).text)"
        }
        logger.error("requests are lost to a relay target", metadata: metadata)
    }

    static func log(_ notice: RelaySendNotice, target: String, _ logger: Logger) {
        let name: Logger.MetadataValue = "\(target)"
        switch notice {
        case .failed(let text): logger.warning("not acknowledged", metadata: ["target": name, "error": "\(text)"])
        case .recovered: logger.notice("the relay target acknowledges again", metadata: ["target": name])
        case .changedProtocol(let version, let cause):
            logger.notice(
                "remote write \(version.rawValue) from now on", metadata: ["target": name, "because": "\(cause)"])
        case .paused(let why):
            logger.error(
                "the relay target refuses; nothing is dropped", metadata: ["target": name, "answer": "\(why)"])
        case .unreadable(let record, let why):
            logger.error(
                "a stored request cannot be read and is left out",
                metadata: ["target": name, "record": "\(record)", "error": "\(why)"])
        case .dropped(let drop):
            logger.error(
                "the relay target has refused samples for good",
                metadata: [
                    "target": name, "samples": "\(drop.samples)", "reason": "\(drop.reason.rawValue)",
                    "status": "\(drop.status)", "answer": "\(drop.firstLine)",
                    "may_have_arrived": "\(drop.mayHaveArrived)",
                ])
        }
    }
}
