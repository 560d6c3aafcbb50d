internal import Daemon
internal import Delivery
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import RemoteWrite
internal import RingLog
internal import ServiceLifecycle
internal import Shipping

/// The loop of one `Shipper`: carries out over HTTP what its `Dispatcher` wants, and logs what it says.
struct Courier {
    private let shipper: Shipper
    private var dispatcher: DestinationDispatcher<FlashDisk>
    private var dayFile: DayFile?

    init(_ shipper: Shipper) {
        self.shipper = shipper
        dayFile = shipper.dayFile
        dispatcher = DestinationDispatcher(shipper.dispatch, buffer: shipper.buffer, day: dayFile?.read(shipper.logger))
    }

    mutating func run() async {
        while true {
            if Task.isShuttingDownGracefully || Task.isCancelled { dispatcher.stop() }
            let step = dispatcher.next(
                now: Clocks.bootNanoseconds(), wall: Clocks.unixMilliseconds(), random: Machine.randomWord())
            report()
            switch step {
            case .send(let request): await post(request)
            case .wait(let time): await BootSleep.sleep(untilBootNanoseconds: time)
            case .finished:
                dayFile?.write(dispatcher.day, shipper.logger)
                return
            }
        }
    }

    private mutating func post(_ request: OutgoingRequest) async {
        var headers = HTTPHeaders(request.format.requestHeaders.map { ($0.name, $0.value) })
        if request.retry > 0 { headers.set("Retry-Attempt", String(request.retry)) }
        if let records = request.records {
            headers.set(RecordsHeader.name, "\(records)")
            headers.set("Wayside-Agent", shipper.agentID)
        }
        let outcome = await shipper.receiver.post(headers, request.body)
        let now = Clocks.bootNanoseconds()
        let wall = Clocks.unixMilliseconds()
        switch outcome {
        case .answered(let response):
            dispatcher.answered(response, now: now, wall: wall, random: Machine.randomWord())
        case .failed(let reason, let wasSent):
            dispatcher.failed(reason, wasSent: wasSent, now: now, wall: wall, random: Machine.randomWord())
        }
        dayFile?.writeIfGrown(dispatcher.day, shipper.logger)
    }

    private mutating func report() {
        shipper.publish(dispatcher.status)
        for notice in dispatcher.takeNotices() { log(notice) }
    }

    private func log(_ notice: DispatchNotice) {
        let logger = shipper.logger
        let url: Logger.MetadataValue = "\(shipper.url)"
        switch notice {
        case .failed(let text): logger.warning("not acknowledged", metadata: ["url": url, "error": "\(text)"])
        case .recovered: logger.notice("the receiver acknowledges again", metadata: ["url": url])
        case .changedProtocol(let version, let cause):
            logger.notice(
                "remote write \(version.rawValue) from now on", metadata: ["url": url, "because": "\(cause)"])
        case .heldBack(let limit, let until):
            logger.notice(
                "\(limit.rawValue) is reached; samples wait in the buffer",
                metadata: ["url": url, "next": "\(UTCTime(unixMilliseconds: until).text)"])
        case .divided: logger.notice("live samples go before the backlog", metadata: ["url": url])
        case .joined: logger.notice("the backlog has been sent", metadata: ["url": url])
        case .takesInOrderOnly:
            logger.warning(
                "newest_first waits for a receiver that takes any order; set accepts_out_of_order if this one does",
                metadata: ["url": url])
        case .paused(let why):
            logger.error(
                "the receiver refuses; nothing is dropped",
                metadata: ["url": url, "answer": "\(why)"])
        case .dropped(let drop):
            logger.error(
                "the receiver has refused samples for good",
                metadata: [
                    "url": url, "samples": "\(drop.samples)", "reason": "\(drop.reason.rawValue)",
                    "status": "\(drop.status)", "answer": "\(drop.firstLine)",
                    "may_have_arrived": "\(drop.mayHaveArrived)",
                ])
        }
    }
}
