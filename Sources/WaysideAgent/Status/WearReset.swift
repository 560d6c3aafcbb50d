internal import BatchRecord
internal import Daemon
internal import HTTPExchange
internal import JSONText
internal import LinuxSystem
internal import Logging
internal import MetricModel
internal import Wear

/// `POST /wear/reset` on the Unix socket: a component was replaced, and its wear begins anew.
///
/// The answer is sent once the new state is in the ring: in a snapshot of all devices, and as a record of its own that says
/// who was reset, when and why.
enum WearReset {
    static let path = "/wear/reset"

    static func answer(_ request: HTTPRequest, _ agent: Agent) -> HTTPResponse {
        let device = request.query["device"] ?? ""
        let component = request.query["component"] ?? ""
        let note = request.query["note"] ?? ""
        do throws(WearTracker.ResetProblem) {
            try agent.desk.resetWear(component, of: device, note: note)
        } catch {
            return .text(text(error, device, component), status: .notFound)
        }
        agent.logger.notice(
            "wear was reset",
            metadata: ["device": "\(device)", "component": "\(component)", "note": "\(note)"])
        return store(device, component, note, agent)
    }

    private static func text(_ problem: WearTracker.ResetProblem, _ device: String, _ component: String) -> String {
        switch problem {
        case .unknownDevice:
            "no device \"\(device)\" has been heard; /api/v1/devices lists those that were"
        case .unknownComponent(let names):
            names.isEmpty
                ? "no wear is declared for \"\(device)\"; see devices.wear in the settings"
                : "\"\(device)\" has no component \"\(component)\"; it has \(names.joined(separator: ", "))"
        }
    }

    private static func store(_ device: String, _ component: String, _ note: String, _ agent: Agent) -> HTTPResponse {
        let done = "the wear of \(component) on \(device) begins anew"
        let buffer = agent.ring
        guard !buffer.beganWithoutDisk else {
            return .text(
                "\(done), but is not kept: the buffer could not be read at the start; restart the agent and reset again",
                status: .serviceUnavailable)
        }
        let last = buffer.status.lastRecord
        let now = Clocks.bootNanoseconds()
        do throws(AgentBufferError) {
            try agent.snapshotTurn.take { () throws(AgentBufferError) in
                for record in DeviceRecovery.records(of: agent.desk, in: buffer) {
                    try buffer.append(record, bootNanoseconds: now)
                }
            }
            try buffer.append(
                StateRecord(
                    owner: WearRecovery.resetOwner, lastAppliedRecord: last,
                    payload: payload(device, component, note, agent.clock.reading().unixMilliseconds)),
                bootNanoseconds: now)
        } catch {
            return .text("\(done), but is not on flash yet: \(error)", status: .serviceUnavailable)
        }
        return .text(done)
    }

    /// For people: a line of JSON.
    private static func payload(_ device: String, _ component: String, _ note: String, _ now: Int64) -> [UInt8] {
        JSONPage.bytes { writer in
            writer.beginObject()
            writer.member("device", device)
            writer.member("component", component)
            writer.member("unix_ms", now)
            writer.member("note", note)
            writer.endObject()
        }
    }
}
