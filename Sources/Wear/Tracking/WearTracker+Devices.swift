internal import DeviceProtocol
internal import MetricModel

extension WearTracker {
    /// Makes what the settings and its birth declare for a device that has not been seen.
    mutating func meet(_ id: String) {
        var device = Device()
        var names: Set<String> = []
        for declared in settings.models where declared.device.matches(id) {
            let name = declared.model.declaration.component
            if names.insert(name).inserted { add(declared.model, id, to: &device) }
        }
        for declaration in births[id] ?? [] where names.insert(declaration.component).inserted {
            do throws(DeclarationProblem) {
                add(try WearModel(declaration), id, to: &device)
            } catch {
                guard WearDeclaration.isComponent(declaration.component) else { continue }
                device.invalid.append(
                    Series(
                        family: families.state, scope: scope,
                        labelValues: [
                            id, declaration.component, RemainingLife.Reason.declarationInvalid.rawValue,
                        ]))
            }
        }
        if let vibration = settings.vibration.first(where: { $0.device.matches(id) }) {
            if machines.count < settings.limit {
                machines.append(MachineMonitor(deviceID: id, machine: vibration.machine))
                device.machine = machines.count - 1
            } else {
                refusedCount += 1
            }
        }
        devices[id] = device
    }

    private mutating func add(_ model: WearModel, _ id: String, to device: inout Device) {
        guard tracked.count < settings.limit else {
            refusedCount += 1
            return
        }
        let name = model.declaration.component
        var component = WearComponent(deviceID: id, model: model)
        if let state = orphans.removeValue(forKey: Key(deviceID: id, component: name)) {
            var reader = StateReader(state)
            do throws(StateError) {
                try component.read(from: &reader)
            } catch {
                damagedCount = SafeSum.count(damagedCount, 1)
                component = WearComponent(deviceID: id, model: model)
            }
        }
        tracked.append(
            Tracked(component: component, series: ComponentSeries(id, name, families, scope)))
        device.components.append(tracked.count - 1)
    }

    mutating func channelIndex(_ id: String, _ channel: String, _ anomaly: AnomalySettings) -> Int? {
        let known = channels.firstIndex { watched in
            watched.deviceID == id && watched.quantity == anomaly.quantity && watched.channel == channel
        }
        if let known { return known }
        guard channels.count < settings.limit else {
            refusedCount += 1
            return nil
        }
        onsets[id] = onsets[id] ?? [0, 0]
        channels.append(
            WatchedChannel(
                deviceID: id, quantity: anomaly.quantity, channel: channel, monitor: AnomalyMonitor(anomaly)))
        return channels.count - 1
    }

    mutating func axisIndex(_ machine: Int, _ channel: String) -> Int? {
        if let known = machines[machine].axes.firstIndex(where: { $0.channel == channel }) { return known }
        guard machines[machine].axes.count < MachineMonitor.axisLimit else {
            refusedCount += 1
            return nil
        }
        machines[machine].axes.append(
            MachineMonitor.Axis(
                channel: channel,
                series: Series(
                    family: families.zone, scope: scope, labelValues: [machines[machine].deviceID, channel])))
        return machines[machine].axes.count - 1
    }

    /// What a device declares in its birth, in place of what it declared before. What the settings declare for the same
    /// component goes before it. Answers what cannot be used, and whether anything changed: then a snapshot should be
    /// written soon, because a birth comes once.
    package mutating func declare(
        _ declarations: [WearDeclaration], by deviceID: String
    ) -> (problems: [DeclarationProblem], isChanged: Bool) {
        let kept = Array(declarations.filter(\.isWithinLimits).prefix(WearTracker.declarationLimit))
        var problems: [DeclarationProblem] = []
        for declaration in declarations {
            do throws(DeclarationProblem) { _ = try WearModel(declaration) } catch { problems.append(error) }
        }
        guard births[deviceID] ?? [] != kept else { return (problems, false) }
        setAside(deviceID)
        births[deviceID] = kept.isEmpty ? nil : kept
        meet(deviceID)
        trimOrphans(of: deviceID)
        return (problems, true)
    }

    /// How many states of a device are kept that nothing declares any more: it may declare other names at every birth.
    static let orphanLimit = 16

    /// Lets go of what the device no longer declares and is too much, its own and nobody else's.
    private mutating func trimOrphans(of deviceID: String) {
        var names = orphans.keys.filter { $0.deviceID == deviceID }.map(\.component).sorted()
        while let name = names.last, names.count > WearTracker.orphanLimit || orphans.count > settings.limit {
            orphans[Key(deviceID: deviceID, component: name)] = nil
            names.removeLast()
            refusedCount += 1
        }
    }

    /// How many components one birth may declare.
    package static let declarationLimit = ProtocolLimits.wearLimit

    /// Forgets a device that is forgotten altogether, its declarations and states too.
    package mutating func forget(_ deviceID: String) {
        remove(deviceID, keepingStates: false)
        births[deviceID] = nil
        onsets[deviceID] = nil
        table.removeAll { $0.labelValues.first == deviceID }
        orphans = orphans.filter { $0.key.deviceID != deviceID }
    }

    /// Keeps the states of a device's components without the components.
    private mutating func setAside(_ deviceID: String) { remove(deviceID, keepingStates: true) }

    private mutating func remove(_ deviceID: String, keepingStates: Bool) {
        guard devices[deviceID] != nil else { return }
        if keepingStates {
            for index in devices[deviceID]?.components ?? [] where tracked[index].component.hasData {
                var writer = StateWriter()
                tracked[index].component.write(to: &writer)
                let name = tracked[index].component.model.declaration.component
                orphans[Key(deviceID: deviceID, component: name)] = writer.bytes
            }
        }
        // Places move, so every device is met again at its next sample; states wait as orphans meanwhile.
        let others = tracked.filter { $0.component.deviceID != deviceID }
        tracked = others
        machines.removeAll { $0.deviceID == deviceID }
        if !keepingStates { channels.removeAll { $0.deviceID == deviceID } }
        devices[deviceID] = nil
        renumber()
        forgetRoutes()
    }

    private mutating func renumber() {
        for id in devices.keys { devices[id]?.components.removeAll() }
        for (index, entry) in tracked.enumerated() {
            devices[entry.component.deviceID]?.components.append(index)
        }
        for id in devices.keys { devices[id]?.machine = nil }
        for (index, machine) in machines.enumerated() { devices[machine.deviceID]?.machine = index }
    }

    /// Why a component cannot be reset.
    package enum ResetProblem: Error, Equatable {
        case unknownDevice
        /// With the components that the device has.
        case unknownComponent([String])
    }

    /// A component was replaced by an operator: its damage and history begin anew. `note` is cut to 200 bytes.
    package mutating func reset(
        _ component: String, of deviceID: String, unixMilliseconds: Int64, note: String
    ) throws(ResetProblem) {
        guard let device = devices[deviceID] else { throw .unknownDevice }
        let found = device.components.first { tracked[$0].component.model.declaration.component == component }
        guard let found else {
            throw .unknownComponent(
                device.components.map { tracked[$0].component.model.declaration.component }.sorted())
        }
        var text = note
        while text.utf8.count > WearComponent.noteByteLimit { text.removeLast() }
        tracked[found].component.reset(
            unixMilliseconds: SafeSum.clamped(unixMilliseconds, SafeSum.unixLimit), note: text)
    }
}
