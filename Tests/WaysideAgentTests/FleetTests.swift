import Testing

@testable import DeviceIntake
@testable import WaysideAgent
@testable import Wear

@Suite struct FleetTests {
    private func device(
        _ id: String = "pump-3", _ state: DeviceStatus.State = .online, age: Int64? = 400, isLowerBound: Bool = false,
        resetReason: String = "", counts: DeviceCounts = DeviceCounts(), missing: [String] = []
    ) -> DeviceStatus {
        DeviceStatus(
            id: id, profile: .wayside, state: state, ageMilliseconds: age, isAgeLowerBound: isLowerBound,
            lastSampleUnixMilliseconds: nil, intervalMilliseconds: 1000, isIntervalDeclared: true, firmware: "",
            model: "", resetReason: resetReason, firstSeenUnixMilliseconds: nil, lastSeenUnixMilliseconds: nil,
            clockState: .fitted, clockDriftPartsPerMillion: nil, clockOffsetMilliseconds: nil, counts: counts,
            readings: [], missingReadings: missing)
    }

    private func counts(_ change: (inout DeviceCounts) -> Void) -> DeviceCounts {
        var counts = DeviceCounts()
        change(&counts)
        return counts
    }

    private func concerns(_ device: DeviceStatus, _ recent: DeviceCounts = DeviceCounts()) -> [String] {
        FleetDevice(device, recent: recent).concerns.map(\.text)
    }

    @Test func `a device that is well has no concern`() {
        #expect(concerns(device(), counts { $0.messages = 3600 }).isEmpty)
        // What came late was not lost, and one message in a thousand is a radio link.
        let late = counts {
            $0.messages = 100
            $0.lost = 5
            $0.reordered = 5
        }
        #expect(concerns(device(), late).isEmpty)
        let few = counts {
            $0.messages = 1000
            $0.lost = 1
        }
        #expect(concerns(device(), few).isEmpty)
    }

    @Test func `silence and absence say for how long`() {
        #expect(concerns(device("a", .stale, age: 184_000)) == ["silent for 3 min 4 s"])
        #expect(
            concerns(device("a", .stale, age: 184_000, isLowerBound: true)) == ["silent for at least 3 min 4 s"])
        #expect(concerns(device("a", .offline, age: 9000)) == ["offline, last data 9.0 s ago"])
        #expect(concerns(device("a", .offline, age: nil)) == ["offline, no data yet"])
        #expect(concerns(device("a", .unheard, age: nil)) == ["known by retained messages only"])
    }

    @Test func `recent counts say what is wrong, the worst first`() {
        let recent = counts {
            $0.messages = 350
            $0.lost = 50
            $0.reboots = 3
            $0.malformed[0] = 1
            $0.malformed[3] = 4
            $0.refusedReadings = 1
        }
        #expect(
            concerns(device("a", .stale, age: 60_000, resetReason: "brownout"), recent) == [
                "silent for 1 min 0 s", "lost 12.5 % of its messages (50 of 400)", "3 reboots, the last by brownout",
                "5 malformed messages (wrong_type)", "1 reading refused: unknown, or beyond devices.series_per_device",
            ])
    }

    @Test func `a flood, a missing reading and a strange clock are named`() {
        let recent = counts {
            $0.refusedMessages = 1200
            $0.implausiblePaces = 1
        }
        let five = ["motor_current 0", "motor_current 1", "temperature 0", "level", "power"]
        #expect(
            concerns(device(missing: five), recent) == [
                "1,200 messages refused: beyond devices.message_rate",
                "declared and missing: motor_current 0, motor_current 1, temperature 0 and 2 more",
                "its uptime goes at a pace that no clock has",
            ])
        #expect(concerns(device("a", .offline, age: 9000, missing: five)) == ["offline, last data 9.0 s ago"])
    }

    @Test func `a component that is nearly used up is named, with what is left`() {
        func wear(_ component: String, _ percentage: Double, _ remaining: RemainingLife) -> WearStatus {
            WearStatus(
                deviceID: "pump-3", component: component, model: "operating_hours", percentage: percentage,
                remaining: remaining, resetCount: 0, lastResetUnixMilliseconds: nil, lastResetNote: "")
        }
        func known(_ hours: Double) -> RemainingLife {
            .known(RemainingLife.Estimate(hours: hours, lowerHours: hours / 2, upperHours: 2 * hours))
        }
        let wear = [
            wear("belt", 40, known(900)), wear("bearing", 60, known(100)), wear("motor", 93.4, .unknown(.noWear)),
            wear("tool", 104, .wornOut),
        ]
        #expect(
            FleetDevice(device(), recent: DeviceCounts(), wear: wear).concerns.map(\.text) == [
                "tool worn 104 %, about 0 h left", "motor worn 93 %", "bearing worn 60 %, about 100 h left",
            ])
    }

    @Test func `what was counted long ago is no concern any more`() {
        let minute: Int64 = 60_000_000_000
        let hadTrouble = device(counts: counts { $0.reboots = 4 })
        var recent = RecentCounts(["pump-3": counts { $0.reboots = 1 }], bootNanoseconds: 0)
        #expect(recent.recent(hadTrouble).reboots == 3)
        recent.note(bootNanoseconds: 29 * minute) { [:] }
        #expect(recent.milliseconds(bootNanoseconds: 29 * minute) == 29 * 60_000)
        recent.note(bootNanoseconds: 30 * minute) { ["pump-3": hadTrouble.counts] }
        #expect(recent.recent(hadTrouble).reboots == 3)
        recent.note(bootNanoseconds: 60 * minute) { ["pump-3": hadTrouble.counts] }
        #expect(recent.recent(hadTrouble).reboots == 0)
        #expect(recent.milliseconds(bootNanoseconds: 61 * minute) == 31 * 60_000)
        // One that nobody knew then is new as a whole.
        #expect(recent.recent(device("new", counts: counts { $0.reboots = 2 })).reboots == 2)
    }

    private func screen(_ devices: [AgentStatus.Device], all: Bool = false, columns: Int = 120) -> [String] {
        var status = AgentStatus(
            id: "gw-7", version: "0.1.0", unixMilliseconds: 1_795_223_700_000, uptimeSeconds: 3600, destinations: [],
            buffer: nil, brokers: [], host: nil, devices: devices)
        status.deviceLimit = 1000
        status.recentMilliseconds = 2_520_000
        let text = StatusScreen(status, columns: columns, listsAllDevices: all).text()
        return text.split(separator: "\n").map(String.init)
    }

    private func shown(_ device: DeviceStatus, _ recent: DeviceCounts = DeviceCounts()) -> AgentStatus.Device {
        AgentStatus.Device(of: FleetDevice(device, recent: recent))
    }

    @Test func `the screen of a large fleet shows what needs a look, outages first`() {
        var fleet = (1...50).map { number in
            shown(device("sim-\(number)", age: Int64(number) * 100, counts: counts { $0.messages = 42 }))
        }
        fleet[6] = shown(device("sim-7"), counts { $0.reboots = 1 })
        fleet[16] = shown(device("sim-17", .stale, age: 184_000))
        fleet[41] = shown(device("sim-42", .offline, age: 65_000))
        #expect(
            Array(screen(fleet).dropFirst(2)) == [
                "devices   50 of at most 1,000: 48 online, 1 stale, 1 offline · 3 to look at",
                "device  state     age        every      messages  what to look at, counted over 42 min 0 s",
                "sim-17  stale     3 min 4 s  1.0 s      0         silent for 3 min 4 s",
                "sim-42  offline   1 min 5 s  1.0 s      0         offline, last data 1 min 5 s ago",
                "sim-7   online    400 ms     1.0 s      0         1 reboot",
                "47 more are well, their data 100 ms to 5.0 s old; status --all lists them",
            ])
        #expect(screen(fleet, all: true).count == 2 + 2 + 50)
        #expect(screen(fleet, columns: 60).allSatisfy { $0.count <= 60 })
    }

    @Test func `a small fleet is shown whole`() {
        let lines = screen([shown(device("a")), shown(device("b"))])
        #expect(lines.contains("devices   2 of at most 1,000: 2 online · all well"))
        #expect(lines.count == 2 + 2 + 2)
    }

    @Test func `a fleet that is down does not fill the screen without end`() {
        let lines = screen((1...80).map { shown(device("sim-\($0)", .stale, age: 184_000)) })
        #expect(lines.contains("and 30 more to look at: status --all"))
        #expect(lines.count == 2 + 2 + 50 + 1)
    }
}
