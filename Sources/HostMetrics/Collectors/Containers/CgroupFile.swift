internal import LinuxSystem
internal import MetricModel

/// A file of a cgroup and the series that are made of it.
struct CgroupFile {
    /// A series and what the file's number is divided by.
    struct Target {
        let series: Series?
        let divisor: Double
        /// Given only while the CPU time is limited, as in cAdvisor.
        let needsQuota: Bool
    }

    enum Form {
        /// One number, given to the one target; `max` and what is as good as no limit give 0.
        case limit
        /// The lines of these keys, a target each.
        case keyed([StaticString])
        /// A number for each processor, a target each.
        case numbers
        /// The two lines of a pressure file, in the order of waiting and stalled.
        case pressure
        /// `cpu.max`: the quota and its period; no quota where there is none.
        case quotaAndPeriod
        /// `cpu.cfs_quota_us`: -1 is none.
        case quota
        /// `cpu.weight` as the shares of version 1.
        case weightAsShares
    }

    /// What the files of one cgroup are read with: kept, so that it is not made for each.
    struct Scratch {
        var values: [Double] = []
        /// Whether the CPU time is limited, from the file that says so, which comes before those that ask.
        var hasQuota = false
    }

    let file: KeptFile
    let form: Form
    let targets: [Target]

    /// Where version 1 begins to mean no limit: the largest number of pages.
    private static let unlimited = 0x7fff_ffff_ffff_0000 as Double

    /// Reads it and gives what it holds. A file that cannot be read now is left out, as that of a container that is going.
    func give(_ output: inout CollectorOutput, _ scratch: inout Scratch) throws(CollectorError) {
        guard let bytes = try? file.read(into: output.buffer) else { return }
        do throws(DamagedText) { try parse(bytes, into: &scratch) } catch { throw CollectorError(error, file.path) }
        for (target, value) in zip(targets, scratch.values) where !value.isNaN {
            if target.needsQuota && !scratch.hasQuota { continue }
            output.append(target.series, value / target.divisor)
        }
    }

    private func parse(_ bytes: UnsafeRawBufferPointer, into scratch: inout Scratch) throws(DamagedText) {
        switch form {
        case .keyed(let keys): try CgroupText.parseKeyed(bytes, keys, into: &scratch.values)
        case .numbers: try CgroupText.parseNumbers(bytes, limit: targets.count, into: &scratch.values)
        default:
            scratch.values.removeAll(keepingCapacity: true)
            try parseFew(bytes, into: &scratch)
        }
    }

    private func parseFew(_ bytes: UnsafeRawBufferPointer, into scratch: inout Scratch) throws(DamagedText) {
        switch form {
        case .limit:
            let limit = try CgroupText.parseLimit(bytes)
            scratch.values.append(limit >= Self.unlimited ? 0 : limit)
        case .pressure:
            let pressure = try CgroupText.parsePressure(bytes)
            scratch.values.append(pressure.some)
            scratch.values.append(pressure.full)
        case .quotaAndPeriod:
            var cursor = ByteCursor(bytes)
            let quota = try CgroupText.parseLimit(&cursor)
            let period = try cursor.number()
            scratch.hasQuota = quota.isFinite
            scratch.values.append(quota.isFinite ? quota : .nan)
            scratch.values.append(period)
        case .quota:
            let quota = try CgroupText.parseLimit(bytes)
            scratch.hasQuota = quota > 0
            scratch.values.append(quota > 0 ? quota : .nan)
        case .weightAsShares:
            // systemd and the runtimes turn shares of 2 to 262144 into weights of 1 to 10000; this is the way back.
            let weight = try CgroupText.parseLimit(bytes)
            scratch.values.append((2 + ((weight - 1) * 262_142) / 9_999).rounded(.down))
        case .keyed, .numbers: break
        }
    }
}
