internal import MetricModel

/// What one unit is asked for beside its state.
enum UnitProperty: CaseIterable {
    case serviceType
    case mountType
    case restarts
    case startTime
    case tasksCurrent
    case tasksMax
    case timerLastTrigger
    case socketAccepted
    case socketCurrent
    case socketRefused

    private static let service: StaticString = "org.freedesktop.systemd1.Service"
    private static let socket: StaticString = "org.freedesktop.systemd1.Socket"

    var interface: StaticString {
        switch self {
        case .serviceType, .restarts, .tasksCurrent, .tasksMax: Self.service
        case .mountType: "org.freedesktop.systemd1.Mount"
        case .startTime: "org.freedesktop.systemd1.Unit"
        case .timerLastTrigger: "org.freedesktop.systemd1.Timer"
        case .socketAccepted, .socketCurrent, .socketRefused: Self.socket
        }
    }

    var name: StaticString {
        switch self {
        case .serviceType, .mountType: "Type"
        case .restarts: "NRestarts"
        case .startTime: "ActiveEnterTimestamp"
        case .tasksCurrent: "TasksCurrent"
        case .tasksMax: "TasksMax"
        case .timerLastTrigger: "LastTriggerUSec"
        case .socketAccepted: "NAccepted"
        case .socketCurrent: "NConnections"
        case .socketRefused: "NRefused"
        }
    }

    /// Nil for what is a label.
    var family: MetricFamily? {
        switch self {
        case .serviceType, .mountType: nil
        case .restarts: SystemdFamilies.restarts
        case .startTime: SystemdFamilies.startTime
        case .tasksCurrent: SystemdFamilies.tasksCurrent
        case .tasksMax: SystemdFamilies.tasksMax
        case .timerLastTrigger: SystemdFamilies.timerLastTrigger
        case .socketAccepted: SystemdFamilies.socketAccepted
        case .socketCurrent: SystemdFamilies.socketCurrent
        case .socketRefused: SystemdFamilies.socketRefused
        }
    }

    /// The value in an answer; nil where systemd says that there is none.
    func value(_ message: BusMessage) throws(BusError) -> Double? {
        switch self {
        case .serviceType, .mountType: return nil
        case .restarts, .socketAccepted, .socketCurrent, .socketRefused: return Double(try message.propertyUInt32())
        case .startTime, .timerLastTrigger: return Double(try message.propertyUInt64()) / 1e6
        case .tasksCurrent, .tasksMax:
            let count = try message.propertyUInt64()
            return count == .max ? nil : Double(count)
        }
    }

    /// What a unit called `name` is asked for.
    static func wanted(_ name: String, _ settings: HostMetricsSettings.Systemd) -> [UnitProperty] {
        var properties: [UnitProperty] = []
        if name.hasSuffix(".service") {
            properties.append(.serviceType)
            if settings.isRestartsEnabled { properties.append(.restarts) }
            if settings.isTasksEnabled { properties += [.tasksCurrent, .tasksMax] }
        } else if name.hasSuffix(".mount") {
            properties.append(.mountType)
        } else if name.hasSuffix(".socket") {
            properties += [.socketAccepted, .socketCurrent, .socketRefused]
        } else if name.hasSuffix(".timer") {
            properties.append(.timerLastTrigger)
        }
        if settings.isStartTimeEnabled { properties.append(.startTime) }
        return properties
    }
}
