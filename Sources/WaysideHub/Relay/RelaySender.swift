internal import Delivery
internal import HTTPExchange
internal import LinuxSystem
internal import Logging
internal import Relay
internal import RemoteWrite
internal import RingLog
internal import ServiceLifecycle
internal import Shipping

/// The loop of one target: carries out over HTTP what its dispatcher wants.
struct RelaySender: Service {
    let target: RelayTarget
    let hubID: String
    let logger: Logger

    func run() async throws {
        let settings = RelayTargetSettings(
            protocolChoice: target.settings.receiver.protocolChoice, filter: target.settings.filter,
            filterText: target.settings.filterText)
        var dispatcher = RelayDispatcher(settings, buffer: target.buffer)
        // Reading the ring and rewriting a body take a thread of their own, so that a large one keeps nobody waiting.
        let threads = WorkThreads(name: "relay-send", limit: 1)
        while true {
            if Task.isShuttingDownGracefully || Task.isCancelled { dispatcher.stop() }
            if dispatcher.isIdle {
                await BootSleep.sleep(untilBootNanoseconds: Clocks.bootNanoseconds() + settings.roundNanoseconds)
                continue
            }
            let before = dispatcher
            let worked = await threads.run {
                var dispatcher = before
                let step = dispatcher.next(now: Clocks.bootNanoseconds(), random: Machine.randomWord())
                return (dispatcher, step)
            }
            guard let (after, step) = worked else {
                await BootSleep.sleep(untilBootNanoseconds: Clocks.bootNanoseconds() + 1_000_000_000)
                continue
            }
            dispatcher = after
            report(&dispatcher)
            switch step {
            case .send(let request): await post(request, &dispatcher)
            case .wait(let time): await BootSleep.sleep(untilBootNanoseconds: time)
            case .finished: return
            }
        }
    }

    private func post(_ request: RelayOutgoing, _ dispatcher: inout RelayDispatcher<FlashDisk>) async {
        var headers = HTTPHeaders(target.settings.headers.map { ($0.name, $0.value) })
        for header in request.format.requestHeaders { headers.set(header.name, header.value) }
        if let type = request.contentType { headers.set("Content-Type", type) }
        if request.retry > 0 { headers.set("Retry-Attempt", String(request.retry)) }
        if let records = request.records {
            headers.set(RecordsHeader.name, "\(records)")
            headers.set("Wayside-Agent", hubID)
        }
        headers.set(ViaHeader.name, request.via)
        let outcome = await target.receiver.post(headers, request.body)
        let now = Clocks.bootNanoseconds()
        switch outcome {
        case .answered(let response):
            dispatcher.answered(response, now: now, wall: Clocks.unixMilliseconds(), random: Machine.randomWord())
        case .failed(let reason, _): dispatcher.failed(reason, now: now, random: Machine.randomWord())
        }
        report(&dispatcher)
    }

    private func report(_ dispatcher: inout RelayDispatcher<FlashDisk>) {
        target.publish(dispatcher.status)
        for notice in dispatcher.takeNotices() { RelayLog.log(notice, target: target.name, logger) }
    }
}
