internal import MetricModel

/// A unit that is given by its name, kept between runs.
final class SystemdUnit {
    /// One of the unit's metrics.
    struct Metric {
        let property: UnitProperty
        /// Made when there is a first value.
        var series: Series??
        /// This run's.
        var value: Double?
    }

    let name: String
    /// The object's path on the bus.
    let path: [UInt8]
    /// What its type is asked by, for those that have one.
    let typeProperty: UnitProperty?
    private(set) var type = ""
    /// Whether the type is to be asked for: it changes only when systemd reads its units again.
    private(set) var isTypeWanted: Bool
    private(set) var state: UnitState?
    private(set) var metrics: [Metric]
    private var stateSeries: [Series?] = []

    init(_ name: String, path: [UInt8], _ properties: [UnitProperty]) {
        self.name = name
        self.path = path
        typeProperty = properties.first { $0.family == nil }
        isTypeWanted = typeProperty != nil
        metrics = properties.filter { $0.family != nil }.map { Metric(property: $0) }
    }

    /// All series that it has now.
    var series: [Series?] { stateSeries + metrics.compactMap(\.series) }

    /// Notes the state of this run. A unit that is in another than before may have been read again.
    func begin(_ state: UnitState?, isReloaded: Bool) {
        if typeProperty != nil, isReloaded || state != self.state { isTypeWanted = true }
        self.state = state
        for index in metrics.indices { metrics[index].value = nil }
    }

    /// Whether the metric at `index` has to be asked for. The start of what is not active is 0.
    func isAsked(_ index: Int) -> Bool { metrics[index].property != .startTime || state == .active }

    /// Takes what the unit's type is, nil where systemd does not say, and gives the series of another type back.
    func setType(_ text: UnsafeRawBufferPointer?, _ output: inout CollectorOutput) {
        // Where there is no answer it is asked again in the next run.
        isTypeWanted = text == nil
        let isSame = text.map { $0.elementsEqual(type.utf8) } ?? type.isEmpty
        guard !isSame else { return }
        type = text.map { String(decoding: $0, as: UTF8.self) } ?? ""
        output.forget(Set(stateSeries.compactMap { $0 }))
        stateSeries = []
    }

    func setValue(_ value: Double?, of index: Int) { metrics[index].value = value }

    func give(_ output: inout CollectorOutput) {
        if stateSeries.isEmpty {
            stateSeries = UnitState.all.map {
                output.series(SystemdFamilies.unitState, [name, "\($0.text)", type])
            }
        }
        for state in UnitState.all { output.append(stateSeries[state.rawValue], state == self.state ? 1 : 0) }
        for index in metrics.indices { give(metric: index, &output) }
    }

    private func give(metric index: Int, _ output: inout CollectorOutput) {
        let metric = metrics[index]
        guard let value = isAsked(index) ? metric.value : 0, let family = metric.property.family else {
            // A value that there was, and is no more.
            if case .some(.some(let series)) = metric.series { output.forget([series]) }
            metrics[index].series = nil
            return
        }
        let series = metric.series ?? output.series(family, [name])
        metrics[index].series = .some(series)
        output.append(series, value)
    }
}
