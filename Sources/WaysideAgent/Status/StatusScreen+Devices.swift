internal import Daemon

/// The fleet on the status screen: first how many are well, then those that are not, with the reason, then the others as
/// far as they fit.
extension StatusScreen {
    /// More devices that are well than this are counted and not listed.
    private static let wellLimit = 12
    /// More devices to look at than this are for `/api/v1/devices`.
    private static let concernedLimit = 50

    var deviceLines: [String] {
        guard !status.devices.isEmpty else { return [] }
        let concerned = status.devices.filter(\.isOutage) + status.devices.filter { $0.isOnlyDoubtful }
        let well = status.devices.filter(\.concerns.isEmpty)
        let lists = listsAllDevices || well.count <= StatusScreen.wellLimit
        let shown = Array(concerned.prefix(listsAllDevices ? concerned.count : StatusScreen.concernedLimit))
        let rows = shown + (lists ? well : [])
        let width = min(24, rows.map(\.id.count).max() ?? 0)
        var lines = ["", field("devices", fleetText(concerned.count))]
        if !rows.isEmpty {
            lines.append(
                field("device", "", width) + "state     age        every      messages  \(remarkHeading(concerned))")
        }
        lines += shown.map { row($0, width, remark: $0.concerns.joined(separator: " · ")) }
        if concerned.count > shown.count {
            lines.append("and \(concerned.count - shown.count) more to look at: status --all")
        }
        if lists {
            lines += well.map { row($0, width, remark: $0.readings.joined(separator: " · ")) }
        } else {
            lines.append("\(HumanText.count(UInt64(well.count))) more are well\(ages(well)); status --all lists them")
        }
        return lines
    }

    /// `50 of at most 1,000: 44 online, 3 stale, 2 offline · 6 to look at`.
    private func fleetText(_ concernedCount: Int) -> String {
        let states = ["online", "stale", "offline", "unheard"].compactMap { state -> String? in
            let count = status.devices.count { $0.state == state }
            return count == 0 ? nil : "\(HumanText.count(UInt64(count))) \(state)"
        }
        let known = HumanText.count(UInt64(status.devices.count))
        let limit = status.deviceLimit > 0 ? " of at most \(HumanText.count(UInt64(status.deviceLimit)))" : ""
        let look = concernedCount == 0 ? "all well" : "\(concernedCount) to look at"
        return "\(known)\(limit): \(states.joined(separator: ", ")) · \(look)"
    }

    private func remarkHeading(_ concerned: [AgentStatus.Device]) -> String {
        guard !concerned.isEmpty else { return "last readings" }
        return "what to look at, counted over \(HumanText.age(status.recentMilliseconds))"
    }

    private func ages(_ devices: [AgentStatus.Device]) -> String {
        let ages = devices.compactMap(\.ageSeconds)
        guard let newest = ages.min(), let oldest = ages.max() else { return "" }
        return ", their data \(HumanText.age(Int64(newest * 1000))) to \(HumanText.age(Int64(oldest * 1000))) old"
    }

    private func row(_ device: AgentStatus.Device, _ width: Int, remark: String) -> String {
        let age = device.ageSeconds.map { HumanText.age(Int64($0 * 1000)) } ?? "-"
        let interval = device.intervalSeconds.map { HumanText.age(Int64($0 * 1000)) } ?? "-"
        return field(device.id, "", width)
            + "\(padded(device.state, 8))  \(padded(age, 9))  \(padded(interval, 9))  "
            + "\(padded(HumanText.count(device.messages), 8))  \(remark)"
    }
}

extension AgentStatus.Device {
    /// Whether there is something to look at while its readings still come.
    fileprivate var isOnlyDoubtful: Bool { !isOutage && !concerns.isEmpty }
}
