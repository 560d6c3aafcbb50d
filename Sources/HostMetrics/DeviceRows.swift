internal import LinuxSystem
internal import MetricModel

/// What a collector keeps for each entry of a directory of /sys, where devices come and go.
///
/// `Row` holds the files and series of one device; nil is kept for names that are not wanted, so that they are looked at
/// once. The series that were asked for while a row was made are given back when its device has gone.
struct DeviceRows<Row> {
    private struct Device {
        let row: Row?
        let series: Set<Series>
    }

    private let directory: KeptDirectory
    private var devices = KeyedRows<Device>()

    init(_ path: String) {
        directory = KeptDirectory(path)
    }

    var path: String { directory.path }

    var count: Int { devices.count }

    /// Calls `body` for each row; one that throws does not keep the others from it, and the first error is thrown after
    /// that.
    func forEach(_ body: (Row) throws(CollectorError) -> Void) throws(CollectorError) {
        var failure: CollectorError?
        for index in 0..<devices.count {
            guard let row = devices[index].row else { continue }
            do throws(CollectorError) { try body(row) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// Lists the directory: makes rows of what is new, in the order of names, and forgets what has gone. A directory that
    /// is not there has no devices, and is an error where `isRequired`. `make` gets the name; its path is
    /// `path + "/" + name`. `end` gets the rows of what has gone, for those that ask for more series later and
    /// have to give them back.
    mutating func update(
        _ output: inout CollectorOutput, isRequired: Bool = false,
        end: (Row, inout CollectorOutput) -> Void = { _, _ in },
        make: (_ name: String, inout CollectorOutput) throws(CollectorError) -> Row?
    ) throws(CollectorError) {
        devices.begin()
        var new: [[UInt8]] = []
        let run = output.run
        var failure: CollectorError?
        do throws(SystemError) {
            try directory.forEachName(using: output.buffer) { name in
                if devices.find(name, run: run) == nil { new.append(Array(name)) }
            }
        } catch {
            // Devices are only known to have gone where the directory has.
            if !error.isNotFound { throw .system(error) }
            if isRequired { failure = .system(error) }
        }
        remove(unseenIn: run, &output, end)
        if let failure { throw failure }
        // The kernel's order is none; this one is the same everywhere.
        new.sort { $0.lexicographicallyPrecedes($1) }
        for name in new {
            output.beginNotingSeries()
            let row = try make(String(decoding: name, as: UTF8.self), &output)
            let device = Device(row: row, series: output.endNotingSeries())
            _ = name.withUnsafeBytes { devices.insert($0, device, run: run) }
        }
    }

    /// Forgets all, for who has gone with its devices.
    mutating func removeAll(_ output: inout CollectorOutput, end: (Row, inout CollectorOutput) -> Void = { _, _ in }) {
        remove(unseenIn: .max, &output, end)
    }

    private mutating func remove(
        unseenIn run: UInt64, _ output: inout CollectorOutput, _ end: (Row, inout CollectorOutput) -> Void
    ) {
        var ended: Set<Series> = []
        var rows: [Row] = []
        devices.removeUnseen(run: run) { device in
            ended.formUnion(device.series)
            if let row = device.row { rows.append(row) }
        }
        for row in rows { end(row, &output) }
        output.forget(ended)
    }
}
