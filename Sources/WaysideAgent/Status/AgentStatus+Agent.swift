internal import Daemon
internal import DeviceIntake
internal import LinuxSystem
internal import MQTTSession
internal import RingLog
internal import SettingsFile
internal import Wear

extension AgentStatus {
    /// A picture of `agent` now.
    init(of agent: Agent) {
        let summary = agent.host.summary
        let fleet = agent.desk.fleet()
        self.init(
            id: agent.settings.identity.id, version: Version.text, unixMilliseconds: Clocks.unixMilliseconds(),
            uptimeSeconds: agent.uptimeSeconds,
            destinations: agent.shippers.map { Destination(of: $0, hostInterval: agent.settings.host.interval) },
            buffer: agent.buffer.map { Buffer(of: $0.status) },
            brokers: agent.links.map(Broker.init(of:)),
            host: summary.takenUnixMilliseconds == 0
                ? nil
                : Host(
                    samples: summary.sampleCount, takenUnixMilliseconds: summary.takenUnixMilliseconds,
                    problems: summary.problems),
            devices: fleet.devices.map(Device.init(of:)),
            time: Time(of: agent.time.status, agent.buffer?.status.time ?? BufferTime()),
            deviceLimit: fleet.limit, recentMilliseconds: fleet.recentMilliseconds)
    }
}

extension AgentStatus.Time {
    init(of status: TimeStatus, _ buffered: BufferTime) {
        self.init(
            waitsMilliseconds: status.waitsUntilBootNanoseconds.map {
                max(0, $0 - Clocks.bootNanoseconds()) / 1_000_000
            },
            waitedInVain: status.waitedInVain, isTrusted: status.isTrusted, retimedSamples: buffered.retimedSamples,
            uncertainSamples: buffered.uncertainSamples)
    }
}

extension AgentStatus.Destination {
    init(of shipper: Shipper, hostInterval: Duration) {
        let status = shipper.status
        self.init(
            url: shipper.url, protocolVersion: status.acknowledgedSamples > 0 ? status.protocolVersion : "",
            shippedSamples: status.acknowledgedSamples, shippedBytes: status.acknowledgedBytes,
            newestAcknowledgedUnixMilliseconds: status.newestAcknowledgedUnixMilliseconds,
            lastError: status.lastError,
            nextTryUnixMilliseconds: shipper.nextTryUnixMilliseconds,
            droppedSamples: status.droppedSamplesByReason.values.reduce(0, +),
            expectedMilliseconds: max(shipper.batchDuration, hostInterval).milliseconds, heldBy: status.heldBy,
            backlogRecords: status.backlogRecords)
    }
}

extension AgentStatus.Buffer {
    init(of status: BufferStatus) {
        self.init(
            capacityBytes: Int64(status.fill?.capacityByteCount ?? 0), usedFraction: status.fill?.usedFraction ?? 0,
            holdsSeconds: status.capacitySeconds,
            lostSamples: status.lostSamples, problem: status.problem, gapCount: status.gaps.count,
            lossBeginsInSeconds: status.secondsUntilLoss, isDegraded: status.degraded != nil)
    }
}

extension AgentStatus.Broker {
    init(of link: BrokerLink) {
        let status = link.session.status
        self.init(
            url: link.url, isConnected: status.isConnected, messages: status.messageCount,
            lastError: status.lastError ?? "")
    }
}

extension AgentStatus.Device {
    init(of device: FleetDevice) {
        let status = device.status
        self.init(
            id: status.id, profile: status.profile.name, state: status.state.rawValue,
            ageSeconds: status.ageMilliseconds.map { Double($0) / 1000 },
            intervalSeconds: status.intervalMilliseconds.map { Double($0) / 1000 },
            messages: status.counts.messages, lost: status.counts.lost,
            readings: ReadingsText(status.readings).parts + device.wear.compactMap(\.text),
            concerns: device.concerns.map(\.text),
            isOutage: device.hasOutage)
    }
}

extension WearStatus {
    /// `bearing worn 12 %`; nil before there is a figure.
    fileprivate var text: String? { percentage.map { "\(component) worn \(HumanText.fixed($0, 0)) %" } }
}
