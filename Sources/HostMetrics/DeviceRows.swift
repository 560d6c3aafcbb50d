internal import LinuxSystem
internal import MetricModel

/// What a collector keeps for each entry of a directory of /sys, where devices come and go.
///
/// `Row` holds the files and series of one device; nil is kept for names that are not wanted, so that they are looked at
/// once. The series that were asked for while a row was made are given back when its device has gone; those that the row
/// made later come from `lateSeries`.
struct DeviceRows<Row> {
    private struct Device {
        let row: Row?
        let series: Set<Series>
        /// The kernel's number of the entry: another one under the same name is another device.
        let inode: UInt64
    }

    private let directory: KeptDirectory
    private let isRequired: Bool
    private let lateSeries: (Row) -> Set<Series>
    private var devices = KeyedRows<Device>()
    /// Rises when rows come or go.
    private(set) var changeCount = 0

    /// A directory that is not there has no devices, or is an error where it `isRequired`.
    init(_ path: String, isRequired: Bool = false, lateSeries: @escaping (Row) -> Set<Series> = { _ in [] }) {
        directory = KeptDirectory(path)
        self.isRequired = isRequired
        self.lateSeries = lateSeries
    }

    var path: String { directory.path }

    var count: Int { devices.count }

    /// Every series of every row.
    var series: Set<Series> {
        devices.entries.reduce(into: []) { all, entry in all.formUnion(series(of: entry.row)) }
    }

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

    /// Lists the directory: makes rows of what is new, in the order of names, and forgets what has gone. `make` gets the
    /// name; its path is `path + "/" + name`. `end` gets the rows of what has gone, for those that have more to give back
    /// than series.
    mutating func update(
        _ output: inout CollectorOutput, end: (Row, inout CollectorOutput) -> Void = { _, _ in },
        make: (_ name: String, inout CollectorOutput) throws(CollectorError) -> Row?
    ) throws(CollectorError) {
        devices.begin()
        var new: [(name: [UInt8], inode: UInt64)] = []
        let run = output.run
        var failure: SystemError?
        do throws(SystemError) {
            try directory.forEachEntry(using: output.buffer) { name, inode in
                guard let index = devices.find(name, run: run) else { return new.append((Array(name), inode)) }
                if devices[index].inode != inode {
                    new.append((Array(name), inode))
                    devices.unsee(index)
                }
            }
        } catch {
            // Devices are only known to have gone where the directory has.
            if !error.isNotFound { throw .system(error) }
            failure = error
        }
        forgetEnded(unseenIn: run, &output, end)
        if let failure, isRequired { throw .system(failure) }
        // The kernel's order is none; this one is the same everywhere.
        new.sort { $0.name.lexicographicallyPrecedes($1.name) }
        for (name, inode) in new {
            output.beginNotingSeries()
            let row = try make(String(decoding: name, as: UTF8.self), &output)
            if row != nil { changeCount += 1 }
            let device = Device(row: row, series: output.endNotingSeries(), inode: inode)
            _ = name.withUnsafeBytes { devices.insert($0, device, run: run) }
        }
    }

    /// Forgets all, for who has gone with its devices.
    mutating func removeAll(_ output: inout CollectorOutput, end: (Row, inout CollectorOutput) -> Void = { _, _ in }) {
        forgetEnded(unseenIn: .max, &output, end)
    }

    private mutating func forgetEnded(
        unseenIn run: UInt64, _ output: inout CollectorOutput, _ end: (Row, inout CollectorOutput) -> Void
    ) {
        var ended: [Device] = []
        devices.removeUnseen(run: run) { ended.append($0) }
        for device in ended {
            output.forget(series(of: device))
            guard let row = device.row else { continue }
            changeCount += 1
            end(row, &output)
        }
    }

    private func series(of device: Device) -> Set<Series> {
        device.row.map { device.series.union(lateSeries($0)) } ?? device.series
    }
}
