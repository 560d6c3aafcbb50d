internal import LinuxSystem
internal import MetricModel

/// `systemd`: the states of units and what systemd says of itself, asked over the system bus.
///
/// One list of all units, then a property at a time for the units that have more to tell; the calls are written together
/// and their answers read as they come.
final class SystemdCollector: HostCollector {
    /// A property of a unit that is asked for in this run; nil for its type.
    private struct Question {
        let unit: SystemdUnit
        let metric: Int?
    }

    private static let service: StaticString = "org.freedesktop.systemd1"
    private let settings: HostMetricsSettings.Systemd
    private let client: BusClient
    private var manager = SystemdManager()
    private var lastUnitsLoad: UInt64?
    /// By the bytes of their names; nil for those that the settings leave out.
    private var units = KeyedRows<SystemdUnit?>()
    private var states = FieldRows()
    private var questions: [Question] = []
    private var versionSeries: (text: String, series: Series?)?
    private var virtualizationSeries: (text: String, series: Series?)?
    private var runningSeries: Series?
    /// Units in each state, those of `UnitState` first; the others are added as they are met.
    private var counts: [(state: [UInt8], count: Double)] = []
    /// systemd knows ten states; what is no state of it is not let grow.
    private static let stateLimit = 32

    init(_ settings: HostMetricsSettings) {
        self.settings = settings.systemd
        let address =
            settings.systemd.isPrivate
            ? BusAddress.privateSystemd
            : settings.systemd.busAddress ?? Machine.environment("DBUS_SYSTEM_BUS_ADDRESS") ?? BusAddress.system
        client = BusClient(
            address: address, destination: settings.systemd.isPrivate ? "" : Self.service,
            timeoutMilliseconds: settings.collectorTimeoutMilliseconds)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        client.begin()
        do throws(BusError) {
            try manager.ask(client)
            giveManager(&output)
            try listUnits(&output)
            try askUnits(&output)
        } catch { throw CollectorError(error, client.address) }
        give(&output)
        if let failure = manager.stateFailure, manager.versionNumber >= SystemdVersion.ofSystemState {
            throw CollectorError(failure, client.address)
        }
    }

    private func giveManager(_ output: inout CollectorOutput) {
        Self.give(&versionSeries, SystemdFamilies.version, manager.version, manager.versionNumber, &output)
        Self.give(&virtualizationSeries, SystemdFamilies.virtualization, manager.virtualization, 1, &output)
    }

    private static func give(
        _ kept: inout (text: String, series: Series?)?, _ family: MetricFamily, _ text: String, _ value: Double,
        _ output: inout CollectorOutput
    ) {
        if kept?.text != text {
            if let ended = kept?.series { output.forget([ended]) }
            kept = (text, output.series(family, [text]))
        }
        output.append(kept?.series, value)
    }

    private func listUnits(_ output: inout CollectorOutput) throws(BusError) {
        let isReloaded = manager.unitsLoad == nil || manager.unitsLoad != lastUnitsLoad
        let run = output.run
        try client.exchange(1) { _ in
            .method(path: SystemdManager.path, interface: SystemdManager.interface, member: "ListUnits")
        } answer: { _, message throws(BusError) in
            if message.isError { throw .failed(call: "ListUnits", name: BusConnection.text(message.errorName)) }
            self.beginCounts()
            self.units.begin()
            try UnitList.forEach(message) { self.take($0, run, isReloaded: isReloaded) }
        }
        // All types have been noted as wanted now, and stay so until they have been answered.
        lastUnitsLoad = manager.unitsLoad
        units.forgetUnseen(&output) { $0?.series ?? [] }
    }

    private func beginCounts() {
        if counts.isEmpty { counts = UnitState.all.map { (Array($0.text.rawBytes), 0) } }
        for index in counts.indices { counts[index].count = 0 }
    }

    private func take(_ entry: UnitList.Entry, _ run: UInt64, isReloaded: Bool) {
        count(entry.state)
        guard entry.isLoaded else { return }
        let index = units.find(entry.name, run: run) ?? units.insert(entry.name, makeUnit(entry), run: run)
        units[index]?.begin(UnitState(entry.state), isReloaded: isReloaded)
    }

    private func count(_ state: UnsafeRawBufferPointer) {
        if let index = counts.firstIndex(where: { state.elementsEqual($0.state) }) {
            counts[index].count += 1
        } else if counts.count < Self.stateLimit {
            counts.append((Array(state), 1))
        }
    }

    private func makeUnit(_ entry: UnitList.Entry) -> SystemdUnit? {
        let name = String(decoding: entry.name, as: UTF8.self)
        guard settings.units.admits(name) else { return nil }
        return SystemdUnit(name, path: Array(entry.path), UnitProperty.wanted(name, settings))
    }

    private func askUnits(_ output: inout CollectorOutput) throws(BusError) {
        questions.removeAll(keepingCapacity: true)
        for entry in units.entries {
            guard let unit = entry.row else { continue }
            if unit.isTypeWanted { questions.append(Question(unit: unit, metric: nil)) }
            for index in unit.metrics.indices where unit.isAsked(index) {
                questions.append(Question(unit: unit, metric: index))
            }
        }
        defer { questions.removeAll(keepingCapacity: true) }
        try client.exchange(questions.count) { index in
            let (unit, metric) = (self.questions[index].unit, self.questions[index].metric)
            let property = metric.map { unit.metrics[$0].property } ?? unit.typeProperty ?? .serviceType
            return .property(path: unit.path, interface: property.interface, name: property.name)
        } answer: { index, message throws(BusError) in
            let unit = self.questions[index].unit
            // A unit that has gone since it was listed, or a property that this systemd does not have, is left out.
            if let metric = self.questions[index].metric {
                unit.setValue(message.isError ? nil : try unit.metrics[metric].property.value(message), of: metric)
            } else {
                unit.setType(message.isError ? nil : try message.propertyText(), &output)
            }
        }
    }

    private func give(_ output: inout CollectorOutput) {
        states.begin()
        for (index, entry) in counts.enumerated() where index < UnitState.all.count || entry.count > 0 {
            entry.state.withUnsafeBytes { state in
                states.give(state, entry.count, &output) { (SystemdFamilies.units, [$0]) }
            }
        }
        states.end(&output)
        for entry in units.entries { entry.row?.give(&output) }
        guard let isRunning = manager.isRunning, manager.versionNumber >= SystemdVersion.ofSystemState else { return }
        if runningSeries == nil { runningSeries = output.series(SystemdFamilies.systemRunning) }
        output.append(runningSeries, isRunning ? 1 : 0)
    }
}

extension CollectorError {
    /// Says which bus it was.
    fileprivate init(_ error: BusError, _ address: String) {
        switch error {
        case .system(let error) where error.isPermissionDenied:
            let needs = address == BusAddress.privateSystemd ? "root" : "a user that may connect to its socket"
            self = .notAllowed(what: "the bus \(address)", needs: needs)
        case .system(let error): self = .system(error)
        case .notAuthenticated:
            self = .notAllowed(what: "the bus \(address)", needs: "a user that the bus's policy lets connect")
        case .failed(let call, "org.freedesktop.DBus.Error.AccessDenied"):
            self = .notAllowed(what: call, needs: "a policy of the bus that allows it")
        default: self = .bus(address: address, problem: "\(error)")
        }
    }
}
