package import MetricModel

extension WearTracker {
    static let snapshotVersion: UInt8 = 1
    /// What a part of a snapshot is kept to, but for a single entry that needs more.
    package static let partByteLimit = 32_768

    private enum Entry {
        static let component: UInt8 = 1
        static let birth: UInt8 = 2
    }

    /// Everything that must survive a restart: wear, what births declared, resets. Anomalies and vibration learn anew.
    /// Each part stands alone. Empty where there is nothing to track and nothing kept. Format: DESIGN.md.
    package func snapshot(byteLimit: Int = WearTracker.partByteLimit) -> [[UInt8]] {
        guard !isIdle || !orphans.isEmpty else { return [] }
        var parts: [[UInt8]] = []
        var writer = head()
        func add(_ kind: UInt8, _ payload: [UInt8]) {
            if writer.bytes.count + payload.count > byteLimit && writer.bytes.count > WearTracker.headByteLimit {
                parts.append(writer.bytes)
                writer = head()
            }
            writer.append(kind)
            writer.append(varying: UInt64(payload.count))
            writer.append(contentsOf: payload)
        }
        // Births first: what they declare must be known when the states come.
        for (id, declarations) in births.sorted(by: { $0.key < $1.key }) {
            add(Entry.birth, WearTracker.birth(id, declarations))
        }
        // In an order of their own, so that equal states give equal bytes.
        var states = orphans
        for entry in tracked {
            var state = StateWriter()
            entry.component.write(to: &state)
            let name = entry.component.model.declaration.component
            states[Key(deviceID: entry.component.deviceID, component: name)] = state.bytes
        }
        let keys = states.keys.sorted { ($0.deviceID, $0.component) < ($1.deviceID, $1.component) }
        for key in keys { add(Entry.component, WearTracker.state(key.deviceID, key.component, states[key] ?? [])) }
        parts.append(writer.bytes)
        return parts
    }

    private static let headByteLimit = 64

    private func head() -> StateWriter {
        var writer = StateWriter()
        writer.append(WearTracker.snapshotVersion)
        writer.append(count: appliedJournal)
        writer.append(lastClock != nil)
        writer.append(lastClock?.bootID.high ?? 0)
        writer.append(lastClock?.bootID.low ?? 0)
        writer.append(time: lastClock?.bootNanoseconds ?? 0)
        writer.append(unixTime: lastClock?.unixMilliseconds ?? 0)
        writer.append(lastClock?.isSynchronised ?? false)
        return writer
    }

    private static func state(_ id: String, _ component: String, _ state: [UInt8]) -> [UInt8] {
        var writer = StateWriter()
        writer.append(id)
        writer.append(component)
        writer.append(contentsOf: state)
        return writer.bytes
    }

    private static func birth(_ id: String, _ declarations: [WearDeclaration]) -> [UInt8] {
        var writer = StateWriter()
        writer.append(id)
        writer.append(varying: UInt64(declarations.count))
        for declaration in declarations {
            writer.append(declaration.component)
            writer.append(declaration.model)
            for text in [
                declaration.quantity, declaration.channel, declaration.speedQuantity, declaration.speedChannel,
            ] {
                writer.append(text != nil)
                if let text { writer.append(text) }
            }
            writer.append(varying: UInt64(declaration.parameters.count))
            for (name, value) in declaration.parameters.sorted(by: { $0.key < $1.key }) {
                writer.append(name)
                writer.append(value.bitPattern)
            }
        }
        return writer.bytes
    }

    /// Takes up one part of a snapshot. A part that is damaged leaves the tracker as it was. Call `meetRestored` behind
    /// the last.
    package mutating func restore(_ part: [UInt8]) throws(StateError) {
        var reader = StateReader(part)
        let version = try reader.number(UInt8.self)
        guard version == WearTracker.snapshotVersion else { throw .unknownVersion(version) }
        var restored = self
        restored.appliedJournal = max(appliedJournal, try reader.counter())
        let isKnown = try reader.flag()
        let clock = ClockReading(
            bootID: BootID(high: try reader.number(), low: try reader.number()), bootNanoseconds: try reader.time(),
            unixMilliseconds: try reader.unixTime(), isSynchronised: try reader.flag())
        restored.lastClock = isKnown ? clock : nil
        while !reader.isAtEnd {
            let kind = try reader.number(UInt8.self)
            let count = try reader.count(leastByteCount: 1)
            var entry = StateReader(try reader.bytes(count))
            let id = try entry.text()
            guard (1...255).contains(id.utf8.count) else { throw entry.damaged }
            switch kind {
            case Entry.component:
                let name = try entry.text()
                guard WearDeclaration.isComponent(name) else { throw entry.damaged }
                // Bounded by what was written: states that are tracked, and those kept within the limits of orphans.
                restored.orphans[Key(deviceID: id, component: name)] = try entry.bytes(entry.remainingCount)
            case Entry.birth:
                restored.births[id] = try WearTracker.readBirth(&entry)
            default: throw reader.damaged
            }
        }
        self = restored
    }

    private static func readBirth(_ reader: inout StateReader) throws(StateError) -> [WearDeclaration] {
        let count = try reader.count(leastByteCount: 7)
        guard count <= declarationLimit else { throw reader.damaged }
        var declarations: [WearDeclaration] = []
        for _ in 0..<count {
            var declaration = WearDeclaration(component: try reader.text(), model: try reader.text())
            declaration.quantity = try reader.flag() ? try reader.text() : nil
            declaration.channel = try reader.flag() ? try reader.text() : nil
            declaration.speedQuantity = try reader.flag() ? try reader.text() : nil
            declaration.speedChannel = try reader.flag() ? try reader.text() : nil
            for _ in 0..<(try reader.count(leastByteCount: 9)) {
                let name = try reader.text()
                declaration.parameters[name] = Double(bitPattern: try reader.number(UInt64.self))
            }
            guard declaration.isWithinLimits else { throw reader.damaged }
            declarations.append(declaration)
        }
        guard reader.isAtEnd else { throw reader.damaged }
        return declarations
    }

    /// Gives the restored states to what is declared now, so that wear is told before a device is heard again. What
    /// nothing declares any more is kept and told nowhere, so that a mistake in the settings costs no history.
    package mutating func meetRestored() {
        for id in Set(orphans.keys.map(\.deviceID)).union(births.keys).sorted() where devices[id] == nil { meet(id) }
    }
}
