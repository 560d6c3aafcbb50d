internal import Authentication
internal import Daemon
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
            case .wait(let time): await Courier.sleep(untilBootNanoseconds: time)
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
        do throws(RequestAuthorizationError) {
            if let authorization = try shipper.authorization.header() { headers.set("Authorization", authorization) }
        } catch {
            // Tried again like a receiver that cannot be reached, until the file is there.
            dispatcher.failed(
                "\(error)", wasSent: false, now: Clocks.bootNanoseconds(), wall: Clocks.unixMilliseconds(),
                random: Machine.randomWord())
            return
        }
        do throws(HTTPClientError) {
            let reply = try await postAgainIfStale(headers, request.body)
            dispatcher.answered(
                Courier.response(reply, shipper.authorization), now: Clocks.bootNanoseconds(),
                wall: Clocks.unixMilliseconds(),
                random: Machine.randomWord())
        } catch {
            dispatcher.failed(
                "\(error)", wasSent: Courier.wasSent(error), now: Clocks.bootNanoseconds(),
                wall: Clocks.unixMilliseconds(), random: Machine.randomWord())
        }
        dayFile?.writeIfGrown(dispatcher.day, shipper.logger)
    }

    /// Whether bytes of the request may have left: not where there was no connection.
    private static func wasSent(_ error: HTTPClientError) -> Bool {
        switch error {
        case .nameNotFound, .connectFailed, .connectTimeout, .tls, .tooManyConnections, .shutDown: false
        case .timeout, .malformedReply, .replyTooLarge, .staleConnection, .closed, .cancelled: true
        }
    }

    /// Posts the body; once more where the server had closed the kept connection before it read anything.
    private func postAgainIfStale(
        _ headers: HTTPHeaders, _ body: [UInt8]
    ) async throws(HTTPClientError) -> HTTPReply {
        do throws(HTTPClientError) {
            return try await shipper.client.post(shipper.target, headers: headers, body: body)
        } catch {
            guard case .staleConnection = error else { throw error }
            return try await shipper.client.post(shipper.target, headers: headers, body: body)
        }
    }

    private static func response(_ reply: HTTPReply, _ authorization: RequestAuthorization) -> DeliveryResponse {
        let date = reply.headers["Date"].flatMap { RetryAfter($0) }
        var responseDate: Int64?
        if case .date(let seconds) = date { responseDate = seconds }
        let delay = reply.headers["Retry-After"].flatMap { RetryAfter($0) }?.delaySeconds(
            nowUnixSeconds: Clocks.unixMilliseconds() / 1000, responseDateUnixSeconds: responseDate)
        // Before the receiver's own words, since those may be cut.
        let advice = authorization.advice(forStatus: reply.status.code).map { "– \($0): " } ?? ""
        return DeliveryResponse(
            status: reply.status.code, writtenSamples: WrittenCounts { reply.headers[$0] }?.total,
            retryAfterSeconds: delay, firstLine: advice + reply.firstLine(),
            acceptsOutOfOrder: HubHeader.acceptsOutOfOrder(reply.headers[HubHeader.name]))
    }

    /// Sleeps until CLOCK_BOOTTIME has come this far, or graceful shutdown begins.
    private static func sleep(untilBootNanoseconds time: Int64) async {
        let rest = max(0, time - Clocks.bootNanoseconds())
        do {
            try await cancelWhenGracefulShutdown {
                try await Task.sleep(for: .nanoseconds(rest))
            }
        } catch {
            // Being woken early is what cancellation is for here.
        }
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
