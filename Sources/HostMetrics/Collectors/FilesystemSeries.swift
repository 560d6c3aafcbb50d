internal import LinuxSystem
internal import MetricModel

/// The series of one mount in one state of error.
struct FilesystemSeries {
    let deviceError: String
    let deviceErrorState: Series?
    let readOnly: Series?
    private let usage: [Series?]
    private let mountInfo: Series?

    init(
        _ mount: MountTable.Mount, deviceError: String, _ families: FilesystemFamilies,
        _ output: inout CollectorOutput
    ) {
        let values = [mount.device, mount.mountPoint, mount.type, deviceError]
        self.deviceError = deviceError
        deviceErrorState = output.series(families.deviceError, values)
        readOnly = output.series(families.readOnly, values)
        guard deviceError.isEmpty else {
            usage = []
            mountInfo = nil
            return
        }
        usage = families.usage.map { output.series($0, values) }
        mountInfo = output.series(families.mountInfo, [mount.device, mount.major, mount.minor, mount.mountPoint])
    }

    var all: [Series] { ([deviceErrorState, readOnly, mountInfo] + usage).compactMap { $0 } }

    func give(_ state: FilesystemUsage, _ output: inout CollectorOutput) {
        let blockByteCount = Double(state.blockByteCount)
        output.append(usage[0], Double(state.blocks) * blockByteCount)
        output.append(usage[1], Double(state.freeBlocks) * blockByteCount)
        output.append(usage[2], Double(state.availableBlocks) * blockByteCount)
        output.append(usage[3], Double(state.files))
        output.append(usage[4], Double(state.freeFiles))
        output.append(usage[5], 0)
        output.append(mountInfo, 1)
    }
}
