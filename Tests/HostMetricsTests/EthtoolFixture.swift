import Glibc
import LinuxSystem
import MetricModel

@testable import HostMetrics

/// Answers as drivers would, from the texts in `Fixtures/ethtool`, put into the kernel's structures; tests change them.
final class EthtoolFixture: EthtoolSource {
    struct Interface {
        var driver: [UInt8]?
        /// The words of the three masks, and what the driver says of it.
        var link: [UInt8]?
        var legacy: [UInt8]?
        var names: [[UInt8]] = []
        var values: [UInt64] = []
    }

    var interfaces: [String: Interface] = [:]
    /// What each question is answered with instead.
    var refusal: Int32?
    /// How often the next questions for names find another number of them.
    var changeCount = 0
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)

    init() throws {
        for name in ["eth0", "can0"] {
            let path = FixtureTree("ethtool").path + "/" + name
            var interface = Interface()
            interface.driver = try Self.driver(Self.lines(path + "/driver"))
            interface.link = try Self.lines(path + "/link").map(Self.link)
            interface.legacy = try Self.lines(path + "/legacy").map(Self.legacy)
            for (key, value) in try Self.lines(path + "/statistics") ?? [] {
                interface.names.append(Self.text(key))
                interface.values.append(UInt64(value) ?? 0)
            }
            interfaces[name] = interface
        }
    }

    deinit { memory.deallocate() }

    /// The text before the last colon of each line, and what is behind it.
    private static func lines(_ path: String) throws -> [(key: String, value: String)]? {
        guard Files.exists(path) else { return nil }
        return String(decoding: try Files.read(path), as: UTF8.self).split(separator: "\n").map { line in
            let parts = line.split(separator: ": ", omittingEmptySubsequences: false)
            return (parts.dropLast().joined(separator: ": "), String(parts.last ?? ""))
        }
    }

    static func text(_ text: String) -> [UInt8] {
        Array((Array(text.utf8) + [UInt8](repeating: 0, count: 32)).prefix(32))
    }

    private static func driver(_ lines: [(key: String, value: String)]?) throws -> [UInt8]? {
        guard let lines else { return nil }
        let value = { (key: String) in Self.text(lines.first { $0.key == key }?.value ?? "") }
        let texts = ["driver", "version", "firmware-version", "bus-info", "expansion-rom-version"].flatMap(value)
        return [3, 0, 0, 0] + texts + [UInt8](repeating: 0, count: 32)
    }

    private static func bits(_ lines: [(key: String, value: String)], _ key: String, byteCount: Int) -> [UInt8] {
        var mask = [UInt8](repeating: 0, count: byteCount)
        for bit in lines.first(where: { $0.key == key })?.value.split(separator: " ").compactMap({ Int($0) }) ?? [] {
            mask[bit / 8] |= 1 << (bit % 8)
        }
        return mask
    }

    private static func autonegotiation(_ lines: [(key: String, value: String)]) -> UInt8 {
        lines.first { $0.key == "autonegotiation" }.flatMap { UInt8($0.value) } ?? 0
    }

    /// With four words for each mask, as kernel 6.1 has it less one.
    private static func link(_ lines: [(key: String, value: String)]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 48)
        bytes[0] = 0x4c
        bytes[11] = autonegotiation(lines)
        bytes[15] = 4
        let masks = ["supported", "advertised", "partner"].flatMap { bits(lines, $0, byteCount: 16) }
        return bytes + masks
    }

    private static func legacy(_ lines: [(key: String, value: String)]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 44)
        bytes[0] = 1
        bytes.replaceSubrange(4..<8, with: bits(lines, "supported", byteCount: 4))
        bytes.replaceSubrange(8..<12, with: bits(lines, "advertised", byteCount: 4))
        bytes[18] = autonegotiation(lines)
        return bytes
    }

    private func answer(_ bytes: [UInt8]?, _ interface: String) throws(SystemError) -> UnsafeRawBufferPointer {
        guard refusal == nil, let bytes else {
            throw SystemError(call: "ioctl", path: interface, errorNumber: refusal ?? EOPNOTSUPP)
        }
        memory.copyBytes(from: bytes)
        return UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])
    }

    func driver(of interface: String) throws(SystemError) -> UnsafeRawBufferPointer {
        try answer(interfaces[interface]?.driver, interface)
    }

    func linkSettings(of interface: String) throws(SystemError) -> UnsafeRawBufferPointer {
        try answer(interfaces[interface]?.link, interface)
    }

    func legacySettings(of interface: String) throws(SystemError) -> UnsafeRawBufferPointer {
        try answer(interfaces[interface]?.legacy, interface)
    }

    func statisticCount(of interface: String) throws(SystemError) -> Int {
        _ = try answer([], interface)
        return interfaces[interface]?.names.count ?? 0
    }

    func statisticNames(of interface: String, count: Int) throws(SystemError) -> UnsafeRawBufferPointer? {
        if changeCount > 0 {
            changeCount -= 1
            return nil
        }
        return try answer(interfaces[interface]?.names.flatMap { $0 }, interface)
    }

    func statistics(of interface: String, count: Int) throws(SystemError) -> UnsafeRawBufferPointer? {
        let values = interfaces[interface]?.values ?? []
        return try answer(
            values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }, interface)
    }

    /// A sampler of `ethtool` that asks this.
    func sampler(
        _ roots: HostRoots = FixtureTree("ethtool").roots, limit: Int = 1000,
        _ change: (inout HostMetricsSettings) -> Void = { _ in }
    ) -> HostSampler {
        var settings = HostMetricsSettings(roots: roots)
        change(&settings)
        let member = CollectorMember(
            name: "ethtool", collector: EthtoolCollector(settings, source: self), scope: .init(.empty))
        return HostSampler(members: [member], scope: .init(.empty), seriesLimit: limit, timeoutMilliseconds: 5000)
    }
}
