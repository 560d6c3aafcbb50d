internal import Authentication
internal import Delivery
internal import HTTPExchange
internal import LinuxSystem
internal import Relay
internal import RingLog
internal import SettingsFile
internal import Synchronization
internal import TLSTransport

/// One target: its ring, and the connection to it.
final class RelayTarget: Sendable {
    let settings: RelaySettings
    let buffer: RelayBuffer<FlashDisk>
    let client: HTTPClient
    let receiver: ReceiverClient
    let tls: ReloadingTLSContext?
    private let published = Mutex(RelayTargetStatus())

    init(
        _ settings: RelaySettings, buffer: RelayBuffer<FlashDisk>, client: HTTPClient, tls: ReloadingTLSContext?
    ) throws {
        self.settings = settings
        self.buffer = buffer
        self.client = client
        self.tls = tls
        receiver = try ReceiverClient(
            client, url: settings.receiver.url.text, authorization: settings.receiver.authorization)
    }

    var name: String { settings.name }
    var status: RelayTargetStatus { published.withLock { $0 } }
    func publish(_ status: RelayTargetStatus) { published.withLock { $0 = status } }

    /// How long ago what waits longest was received; 0 where nothing waits.
    func lagSeconds(nowUnixMilliseconds now: Int64) -> Double {
        guard let since = status.waitingSinceUnixMilliseconds else { return 0 }
        let (age, overflow) = now.subtractingReportingOverflow(since)
        return overflow ? 0 : Double(max(0, age)) / 1000
    }
}
