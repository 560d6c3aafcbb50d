internal import Daemon

/// The status as text for a screen at most `columns` wide.
struct StatusScreen {
    let status: AgentStatus
    /// Whether devices that are well are listed however many they are.
    let listsAllDevices: Bool
    private let columns: Int

    init(_ status: AgentStatus, columns: Int = 100, listsAllDevices: Bool = false) {
        self.status = status
        self.columns = max(60, columns)
        self.listsAllDevices = listsAllDevices
    }

    func text() -> String {
        var lines = [heading]
        // Whole, however long, since its end says what to change.
        lines += wrapped(StatusVerdict(of: status).line)
        lines.append("")
        lines += status.destinations.map(destinationLine)
        if let buffer = status.buffer { lines.append(bufferLine(buffer)) }
        if let text = timeText { lines.append(field("time", text)) }
        lines += status.brokers.map(brokerLine)
        if let host = status.host { lines += hostLines(host) }
        lines += deviceLines
        return lines.map { String($0.prefix(columns)) }.joined(separator: "\n") + "\n"
    }

    /// A line broken at spaces where it is longer than the screen is wide, the rest indented below its text.
    private func wrapped(_ line: String) -> [String] {
        var lines: [String] = []
        var current = ""
        for word in line.split(separator: " ", omittingEmptySubsequences: false) {
            if current.count + 1 + word.count > columns, current.contains(where: { $0 != " " }) {
                lines.append(current)
                current = "      " + word
            } else {
                current += (current.isEmpty ? "" : " ") + word
            }
        }
        return lines + [current]
    }

    private var heading: String {
        let time = UTCTime(unixMilliseconds: status.unixMilliseconds).text.prefix(19)
        return "wayside-agent \(status.version) · \(status.id) · up "
            + "\(HumanText.age(Int64(status.uptimeSeconds * 1000))) · \(time)Z"
    }

    private func destinationLine(_ destination: AgentStatus.Destination) -> String {
        var parts = ["\(HumanText.count(destination.shippedSamples)) samples shipped"]
        if destination.shippedSamples > 0 {
            let perSample = Double(destination.shippedBytes) / Double(destination.shippedSamples)
            parts.append("\(HumanText.fixed(perSample, 1)) B each")
        }
        if !destination.protocolVersion.isEmpty { parts.append("remote write \(destination.protocolVersion)") }
        if destination.droppedSamples > 0 { parts.append("\(HumanText.count(destination.droppedSamples)) refused") }
        if !destination.lastError.isEmpty { parts.append(destination.lastError) }
        if let backlog = destination.backlogRecords {
            parts.append("newest first, \(HumanText.count(backlog)) records behind")
        }
        if !destination.heldBy.isEmpty { parts.append("\(destination.heldBy) reached") }
        if let next = destination.nextTryUnixMilliseconds, next > status.unixMilliseconds {
            parts.append("next try in \(HumanText.age(next - status.unixMilliseconds))")
        }
        return field("hub", destination.url + " · " + parts.joined(separator: " · "))
    }

    private func bufferLine(_ buffer: AgentStatus.Buffer) -> String {
        var parts: [String] = []
        if let seconds = buffer.holdsSeconds {
            parts.append("holds \(HumanText.age(Int64(seconds * 1000))) at the current rate")
        }
        parts.append("\(HumanText.fixed(buffer.usedFraction * 100, 1)) % used")
        let gaps = buffer.gapCount == 0 ? "" : " in \(buffer.gapCount) gaps"
        parts.append("\(HumanText.count(buffer.lostSamples)) lost\(gaps)")
        if let seconds = buffer.lossBeginsInSeconds, buffer.usedFraction > 0 {
            parts.append("without the hub full in \(HumanText.age(Int64(seconds * 1000)))")
        }
        return field("buffer", HumanText.bytes(buffer.capacityBytes) + ", " + parts.joined(separator: "; "))
    }

    /// What is out of the ordinary with the clock, nil where nothing is.
    private var timeText: String? {
        let time = status.time
        var parts: [String] = []
        if let milliseconds = time.waitsMilliseconds {
            parts.append("the clock is not set; shipping waits for it, at most \(HumanText.age(milliseconds)) more")
        } else if !time.isTrusted {
            parts.append(
                time.waitedInVain
                    ? "the clock was not set within time.wait_for_sync; samples are shipped with its time"
                    : "the clock was set to a time that cannot be right")
        }
        if time.retimedSamples > 0 { parts.append("\(HumanText.count(time.retimedSamples)) samples re-timed") }
        if time.uncertainSamples > 0 { parts.append("\(HumanText.count(time.uncertainSamples)) of uncertain time") }
        return parts.isEmpty ? nil : parts.joined(separator: " · ")
    }

    private func brokerLine(_ broker: AgentStatus.Broker) -> String {
        let state = broker.isConnected ? "connected" : "not connected"
        let problem = broker.isConnected || broker.lastError.isEmpty ? "" : " · \(broker.lastError)"
        return field("broker", "\(broker.url) · \(state) · \(HumanText.count(broker.messages)) messages\(problem)")
    }

    private func hostLines(_ host: AgentStatus.Host) -> [String] {
        let age = HumanText.age(status.unixMilliseconds - host.takenUnixMilliseconds)
        let heading = field("host", "\(HumanText.count(UInt64(host.samples))) samples, \(age) ago")
        return [heading] + host.problems.flatMap { wrapped(field("", $0)) }
    }

    func field(_ name: String, _ text: String, _ width: Int = 8) -> String {
        padded(String(name.prefix(width)), width) + "  " + text
    }

    func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
