internal import LinuxSystem
internal import MetricModel

/// A device of a bcachefs filesystem.
final class BcachefsDevice {
    private let families: BcachefsFamilies
    /// The filesystem and the device.
    private let labelValues: [String]
    private var info: InfoFiles
    private let numbers: [NumberFile]
    private let doneFile: KeptFile
    private let errorFile: KeptFile
    private var readRows = FieldRows()
    private var writeRows = FieldRows()
    private var errorRows = FieldRows()
    private var reads: [BcachefsTexts.Row] = []
    private var writes: [BcachefsTexts.Row] = []
    private var errors: [BcachefsTexts.Row] = []

    init(_ families: BcachefsFamilies, _ labelValues: [String], _ path: String, _ output: inout CollectorOutput) {
        self.families = families
        self.labelValues = labelValues
        info = InfoFiles(
            families.deviceInformation, labelValues, [.init(fileName: "label"), .init(fileName: "state")], in: path)
        numbers = [NumberFile](families.device, in: path, labelValues, &output)
        doneFile = KeptFile(path + "/io_done", endsAtShortRead: true)
        errorFile = KeptFile(path + "/io_errors", endsAtShortRead: true)
    }

    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        info.give(&output)
        try numbers.give(&output)
        if let bytes = try output.readIfPresent(doneFile) {
            do throws(DamagedText) { try BcachefsTexts.parseDone(bytes, reads: &reads, writes: &writes) } catch {
                throw CollectorError(error, doneFile.path)
            }
            Self.give(reads, bytes, families.done, labelValues + ["read"], &readRows, &output)
            Self.give(writes, bytes, families.done, labelValues + ["write"], &writeRows, &output)
        }
        if let bytes = try output.readIfPresent(errorFile) {
            do throws(DamagedText) { try BcachefsTexts.parseErrors(bytes, into: &errors) } catch {
                throw CollectorError(error, errorFile.path)
            }
            Self.give(errors, bytes, families.deviceErrors, labelValues, &errorRows, &output)
        }
    }

    /// Gives back what was asked for after the device was found.
    func removeAll(_ output: inout CollectorOutput) {
        info.forget(&output)
        readRows.removeAll(&output)
        writeRows.removeAll(&output)
        errorRows.removeAll(&output)
    }

    private static func give(
        _ rows: [BcachefsTexts.Row], _ bytes: UnsafeRawBufferPointer, _ family: MetricFamily,
        _ labelValues: @autoclosure () -> [String], _ known: inout FieldRows, _ output: inout CollectorOutput
    ) {
        known.begin()
        for row in rows {
            known.give(UnsafeRawBufferPointer(rebasing: bytes[row.name]), row.first, &output) {
                (family, labelValues() + [$0])
            }
        }
        known.end(&output)
    }
}
