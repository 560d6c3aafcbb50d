/// What systemd says of itself.
struct SystemdManager {
    static let path = Array("/org/freedesktop/systemd1".utf8)
    static let interface: StaticString = "org.freedesktop.systemd1.Manager"
    private static let running: StaticString = "running"

    private enum Property: CaseIterable {
        static let all = allCases

        case version
        case virtualization
        case systemState
        case unitsLoad

        var name: StaticString {
            switch self {
            case .version: "Version"
            case .virtualization: "Virtualization"
            case .systemState: "SystemState"
            case .unitsLoad: "UnitsLoadTimestamp"
            }
        }
    }

    /// Empty where systemd does not say, or where it is no version.
    private(set) var version = ""
    private(set) var versionNumber = 0.0
    private(set) var virtualization = ""
    /// Nil where systemd does not say.
    private(set) var isRunning: Bool?
    /// When units were read, in microseconds; 0 before they were read again for the first time. Versions before 247 do not
    /// say: nil.
    private(set) var unitsLoad: UInt64?
    /// The error that SystemState was answered by.
    private(set) var stateFailure: BusError?

    mutating func ask(_ client: BusClient) throws(BusError) {
        isRunning = nil
        stateFailure = nil
        unitsLoad = nil
        var asked = self
        try client.exchange(Property.all.count) { index in
            .property(path: Self.path, interface: Self.interface, name: Property.all[index].name)
        } answer: { index, message throws(BusError) in
            try asked.take(Property.all[index], message)
        }
        self = asked
    }

    private mutating func take(_ property: Property, _ message: BusMessage) throws(BusError) {
        switch property {
        case .version:
            let text = message.isError ? "" : String(decoding: try message.propertyText(), as: UTF8.self)
            guard text != version || versionNumber == 0 else { return }
            versionNumber = SystemdVersion.number(text)
            version = versionNumber == 0 ? "" : text
        case .virtualization:
            guard !message.isError else {
                virtualization = "unknown"
                return
            }
            let text = String(decoding: try message.propertyText(), as: UTF8.self)
            virtualization = text.isEmpty ? "none" : text
        case .systemState:
            if message.isError {
                stateFailure = .failed(call: "SystemState", name: BusConnection.text(message.errorName))
            } else {
                isRunning = try message.propertyText().elementsEqual(Self.running.rawBytes)
            }
        case .unitsLoad:
            if !message.isError { unitsLoad = try message.propertyUInt64() }
        }
    }
}
