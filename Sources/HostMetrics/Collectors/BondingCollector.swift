internal import LinuxSystem
internal import MetricModel

/// `bonding`: the interfaces of each bond, and how many of them have a link.
final class BondingCollector: HostCollector {
    private final class Bond {
        let path: String
        let membersFile: KeptFile
        let membersSeries: Series?
        let activeSeries: Series?
        /// The file of each member's link state.
        var members = KeyedRows<KeptFile>()

        init(path: String, membersSeries: Series?, activeSeries: Series?) {
            self.path = path
            membersFile = KeptFile(path + "/bonding/slaves", endsAtShortRead: true)
            self.membersSeries = membersSeries
            self.activeSeries = activeSeries
        }
    }

    private let members = MetricFamily(
        "node_bonding_slaves", .gauge, help: "How many interfaces are in the bond.", labels: ["master"])
    private let active = MetricFamily(
        "node_bonding_active", .gauge, help: "How many interfaces of the bond have a link.", labels: ["master"])
    private let root: String
    private let bondsFile: KeptFile
    private var bonds = KeyedRows<Bond>()

    init(_ settings: HostMetricsSettings) {
        root = settings.roots.sysfs + "/class/net"
        bondsFile = KeptFile(root + "/bonding_masters", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        bonds.begin()
        var failure: CollectorError?
        do throws(CollectorError) {
            let bytes = try output.read(bondsFile)
            var cursor = ByteCursor(bytes)
            while let name = Self.next(&cursor) {
                let key = UnsafeRawBufferPointer(rebasing: bytes[name])
                if bonds.find(key, run: output.run) == nil {
                    _ = bonds.insert(key, makeBond(cursor.text(name), &output), run: output.run)
                }
            }
        } catch { failure = error }
        bonds.forgetUnseen(&output) { [$0.membersSeries, $0.activeSeries] }
        if let failure { throw failure }
        for index in 0..<bonds.count { try give(bonds[index], &output) }
    }

    private func makeBond(_ name: String, _ output: inout CollectorOutput) -> Bond {
        Bond(
            path: "\(root)/\(name)", membersSeries: output.series(members, [name]),
            activeSeries: output.series(active, [name]))
    }

    private func give(_ bond: Bond, _ output: inout CollectorOutput) throws(CollectorError) {
        // A bond that is going away has no members any more; it will not be listed next time.
        guard let bytes = try output.readIfPresent(bond.membersFile) else { return }
        var cursor = ByteCursor(bytes)
        bond.members.begin()
        while let name = Self.next(&cursor) {
            let key = UnsafeRawBufferPointer(rebasing: bytes[name])
            if bond.members.find(key, run: output.run) == nil {
                let file = Self.stateFile(bond.path, cursor.text(name))
                _ = bond.members.insert(key, file, run: output.run)
            }
        }
        bond.members.removeUnseen(run: output.run) { _ in }
        var activeCount = 0
        for index in 0..<bond.members.count {
            guard let state = try output.readIfPresent(bond.members[index]) else { continue }
            if AttributeTexts.trimmed(state).elementsEqual("up".utf8) { activeCount += 1 }
        }
        output.append(bond.membersSeries, Double(bond.members.count))
        output.append(bond.activeSeries, Double(activeCount))
    }

    /// Kernels from 3.13 on call the member's link `lower_NAME`, older ones `slave_NAME`.
    private static func stateFile(_ bond: String, _ name: String) -> KeptFile {
        let path = "\(bond)/lower_\(name)/bonding_slave/mii_status"
        return KeptFile(
            Files.exists(path) ? path : "\(bond)/slave_\(name)/bonding_slave/mii_status", endsAtShortRead: true)
    }

    /// The next name of a text of names with white space between them.
    private static func next(_ cursor: inout ByteCursor) -> Range<Int>? {
        while !cursor.isAtEnd {
            let name = cursor.column()
            if !name.isEmpty { return name }
            cursor.skipLine()
        }
        return nil
    }
}
