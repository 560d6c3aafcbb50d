import Testing

@testable import WaysideAgent

@Suite struct StatusTests {
    /// A healthy agent an hour after its start, whose newest acknowledged sample is `ageMilliseconds` old.
    private func status(acknowledged ageMilliseconds: Int64?, uptime: Double = 3600, problem: String = "")
        -> AgentStatus
    {
        let now: Int64 = 1_795_223_700_000
        return AgentStatus(
            id: "gw-7", version: "0.1.0", unixMilliseconds: now, uptimeSeconds: uptime,
            destinations: [
                AgentStatus.Destination(
                    url: "http://hub:9661/api/v1/write", protocolVersion: "2.0", shippedSamples: 12_340,
                    shippedBytes: 75_274, newestAcknowledgedUnixMilliseconds: ageMilliseconds.map { now - $0 },
                    lastError: "", nextTryUnixMilliseconds: nil, droppedSamples: 0,
                    expectedMilliseconds: 15_000)
            ],
            buffer: AgentStatus.Buffer(
                capacityBytes: 64 << 20, usedFraction: 0.031, holdsSeconds: 147_600, lostSamples: 0, problem: problem),
            brokers: [
                AgentStatus.Broker(
                    url: "mqtt://127.0.0.1:1883", isConnected: false, messages: 7, lastError: "Connection refused")
            ],
            host: nil,
            devices: [
                AgentStatus.Device(
                    id: "ESP32_FIELD_001", profile: "modax", state: "stale", ageSeconds: 61, intervalSeconds: 0.1,
                    messages: 600, lost: 0, readings: ["motor_current 5.20 5.30 A"])
            ])
    }

    @Test func dataThatArrivesIsFine() {
        let verdict = StatusVerdict(of: status(acknowledged: 16_000))
        #expect(verdict == .fine("the newest acknowledged sample was taken 16 s ago"))
        #expect(verdict.exitCode == 0)
    }

    @Test func theClockIsOnTheScreenOnlyWhereSomethingIsOutOfTheOrdinary() {
        var status = status(acknowledged: 16_000)
        #expect(!StatusScreen(status).text().contains("\ntime "))
        status.time.waitsMilliseconds = 184_000
        status.time.isTrusted = false
        status.time.uncertainSamples = 1234
        let text = StatusScreen(status).text()
        #expect(
            text.contains(
                "\ntime      the clock is not set; shipping waits for it, at most 3 min 4 s more · 1,234 of un"))
        status.time.waitsMilliseconds = nil
        status.time.waitedInVain = true
        #expect(StatusScreen(status).text().contains("not set within time.wait_for_sync"))
    }

    @Test func dataThatIsLateIsDegradedAndNamesTheDestination() {
        let verdict = StatusVerdict(of: status(acknowledged: 600_000))
        #expect(verdict.exitCode == 1)
        #expect(
            verdict.line.contains("http://hub:9661/api/v1/write has acknowledged nothing newer than 10 min 0 s ago"))
    }

    @Test func aHubThatNeverAnsweredIsLateOnlyAfterItsTime() {
        #expect(StatusVerdict(of: status(acknowledged: nil, uptime: 10)).exitCode == 0)
        #expect(StatusVerdict(of: status(acknowledged: nil, uptime: 100)).exitCode == 1)
    }

    @Test func aBufferThatCannotBeWrittenIsFailing() {
        let verdict = StatusVerdict(of: status(acknowledged: 1000, problem: "No space left on device"))
        #expect(verdict.exitCode == 2)
        #expect(verdict.line.hasPrefix("FAIL"))
    }

    /// Its end says what to change, so the verdict is broken into lines and not cut.
    @Test func theVerdictIsWholeOnANarrowScreen() {
        var late = status(acknowledged: 600_000)
        let error = "status 401, check remote_write[0].basic_auth (user gw-7, /etc/wayside/hub-password): The password"
        late.destinations[0].lastError = error
        let screen = StatusScreen(late, columns: 60).text()
        #expect(screen.split(separator: "\n").allSatisfy { $0.count <= 60 })
        let words = screen.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("10 min 0 s ago: " + error), "\(screen)")
    }

    @Test func theScreenSaysEverythingWithinItsColumns() {
        let screen = StatusScreen(status(acknowledged: 16_000), columns: 120).text()
        for part in [
            "gw-7", "12,340 samples shipped · 6.1 B each · remote write 2.0",
            "64.0 MiB, holds 1 d 17 h at the current rate; 3.1 % used; 0 lost",
            "not connected · 7 messages · Connection refused", "ESP32_FIELD_001  stale     1 min 1 s",
            "motor_current 5.20 5.30 A",
        ] {
            #expect(screen.contains(part), "\(part) is missing in\n\(screen)")
        }
        let narrow = StatusScreen(status(acknowledged: 16_000), columns: 60).text()
        #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 60 })
    }
}
