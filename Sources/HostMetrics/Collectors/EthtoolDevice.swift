internal import LinuxSystem
internal import MetricModel

/// One interface, and what its driver said last. Answers are compared as bytes, and made into series when they changed.
final class EthtoolDevice {
    let name: String
    private let families: EthtoolFamilies
    private let include: NamePattern?
    /// The names in `struct ethtool_drvinfo`.
    private var driver: [UInt8] = []
    private var infoSeries: Series?
    private var link: EthtoolLink?
    private var linkSamples: [(series: Series?, value: Double)] = []
    private var statisticNames: [UInt8] = []
    private var statistics: [(index: Int, series: Series?)] = []
    private static let textByteCount = 32

    init(_ name: String, _ families: EthtoolFamilies, include: NamePattern?) {
        self.name = name
        self.families = families
        self.include = include
    }

    /// All that it has now.
    var series: Set<Series> {
        Set(([infoSeries] + linkSamples.map(\.series) + statistics.map(\.series)).compactMap { $0 })
    }

    /// Asks for everything; an answer that is damaged is thrown after the rest was given.
    func give(_ source: any EthtoolSource, _ output: inout CollectorOutput) throws(CollectorError) {
        giveDriver(source, &output)
        ask(&output) { output throws(SystemError) in
            try giveStatistics(source, &output)
        } orElse: {
            forgetStatistics(&$0)
        }
        try giveLink(source, &output)
    }

    /// What a driver does not support is not there, and an interface may have gone; anything else is said, and is a
    /// success all the same, as in node_exporter.
    private func ask(
        _ output: inout CollectorOutput, _ question: (inout CollectorOutput) throws(SystemError) -> Void,
        orElse absent: (inout CollectorOutput) -> Void
    ) {
        do throws(SystemError) { try question(&output) } catch {
            absent(&output)
            if !error.isSwitchedOff && !error.isNotFound { output.remark(.system(error)) }
        }
    }

    private func giveDriver(_ source: any EthtoolSource, _ output: inout CollectorOutput) {
        ask(&output) { output throws(SystemError) in
            // The command comes first and counts that may change come last.
            let texts = try source.driver(of: name).dropFirst(4).prefix(5 * Self.textByteCount)
            if infoSeries == nil || !driver.elementsEqual(texts) {
                forgetDriver(&output)
                driver = Array(texts)
                let (bus, rom, firmware) = (text(3), text(4), text(2))
                infoSeries = output.series(families.info, [bus, name, text(0), rom, firmware, text(1)])
            }
            output.append(infoSeries, 1)
        } orElse: {
            forgetDriver(&$0)
        }
    }

    /// One of the driver's texts, which ends with a zero.
    private func text(_ index: Int) -> String {
        String(
            decoding: driver.dropFirst(index * Self.textByteCount).prefix(Self.textByteCount).prefix { $0 != 0 },
            as: UTF8.self)
    }

    private func forgetDriver(_ output: inout CollectorOutput) {
        if let infoSeries { output.forget([infoSeries]) }
        (driver, infoSeries) = ([], nil)
    }

    private func giveStatistics(
        _ source: any EthtoolSource, _ output: inout CollectorOutput
    ) throws(SystemError) {
        // Their number may change from one question to the next; then all are asked once more.
        for _ in 0..<2 {
            let count = try source.statisticCount(of: name)
            if count == 0 { return forgetStatistics(&output) }
            guard let names = try source.statisticNames(of: name, count: count) else { continue }
            if !statisticNames.elementsEqual(names) { update(names, &output) }
            guard let values = try source.statistics(of: name, count: count) else { continue }
            for (index, series) in statistics {
                output.append(series, Double(values.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)))
            }
            return
        }
        throw .busy(name)
    }

    private func update(_ names: UnsafeRawBufferPointer, _ output: inout CollectorOutput) {
        forgetStatistics(&output)
        statisticNames = Array(names)
        statistics = EthtoolStatistic.all(in: names, include: include).map { statistic in
            (statistic.index, output.series(families.family(of: statistic), [name]))
        }
    }

    private func forgetStatistics(_ output: inout CollectorOutput) {
        output.forget(Set(statistics.compactMap(\.series)))
        (statistics, statisticNames) = ([], [])
    }

    private func giveLink(_ source: any EthtoolSource, _ output: inout CollectorOutput) throws(CollectorError) {
        var now: EthtoolLink?
        var damage: DamagedText?
        ask(&output) { _ throws(SystemError) in
            let (bytes, isLegacy) = try settings(source)
            do throws(DamagedText) {
                now = try isLegacy ? EthtoolLink(legacy: bytes) : EthtoolLink(settings: bytes)
            } catch { damage = error }
        } orElse: { _ in
        }
        if link != now {
            output.forget(Set(linkSamples.compactMap(\.series)))
            link = now
            linkSamples = now.map { makeSamples($0, &output) } ?? []
        }
        for (series, value) in linkSamples { output.append(series, value) }
        if let damage { throw CollectorError(damage, "the link settings of " + name) }
    }

    /// Before 4.20 not every driver answers the newer question, which came with 4.6.
    private func settings(
        _ source: any EthtoolSource
    ) throws(SystemError) -> (bytes: UnsafeRawBufferPointer, isLegacy: Bool) {
        do throws(SystemError) { return (try source.linkSettings(of: name), false) } catch {
            guard error.isSwitchedOff else { throw error }
        }
        return (try source.legacySettings(of: name), true)
    }

    private func makeSamples(
        _ link: EthtoolLink, _ output: inout CollectorOutput
    ) -> [(series: Series?, value: Double)] {
        var samples: [(series: Series?, value: Double)] = []
        let all = [(families.supported, link.supported), (families.advertised, link.advertised)]
        for (capabilities, modes) in all {
            for speed in EthtoolFamilies.speeds where modes.contains(speed.bit) {
                let labels = [name, speed.isFull ? "full" : "half", "\(speed.megabits)base\(speed.medium)"]
                samples.append((output.series(capabilities.speed, labels), Double(speed.megabits) * 1_000_000 / 8))
            }
            for (bit, family) in capabilities.switches {
                samples.append((output.series(family, [name]), modes.contains(bit) ? 1 : 0))
            }
        }
        for port in EthtoolFamilies.ports where link.supported.contains(port.bit) {
            samples.append((output.series(families.port, [name, port.name]), 1))
        }
        samples.append((output.series(families.autonegotiate, [name]), Double(link.autonegotiation)))
        return samples
    }
}
