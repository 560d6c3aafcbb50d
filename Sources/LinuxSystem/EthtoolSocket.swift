internal import CLinux
internal import Glibc

/// Questions to the drivers of the network interfaces that this process sees (SIOCETHTOOL). None needs a capability.
///
/// Not shared between threads. Answers are the kernel's structures, valid until the next question.
package final class EthtoolSocket {
    /// More statistics of one interface are an EFBIG error; a card of 100 Gbit/s with 128 queues has about 7,000.
    package static let statisticLimit = 16_384
    /// ETH_GSTRING_LEN.
    package static let nameByteCount = 32

    private let socket: FileDescriptor
    private let memory = GuardedMemory()
    /// How many words of 32 bits the kernel has for link modes; the same for all interfaces.
    private var modeWordCount: Int8 = 0

    package init() throws(SystemError) {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        socket = FileDescriptor(
            adopting: try retryingInterrupts("socket") { Glibc.socket(AF_INET, kind, 0) }, path: "")
    }

    /// `struct ethtool_drvinfo`.
    package func driver(of interface: String) throws(SystemError) -> UnsafeRawBufferPointer {
        let answer = try memory.window(MemoryLayout<ethtool_drvinfo>.size)
        try ask(UInt32(ETHTOOL_GDRVINFO), answer, interface)
        return UnsafeRawBufferPointer(answer)
    }

    /// `struct ethtool_link_settings` with its three masks behind it.
    package func linkSettings(of interface: String) throws(SystemError) -> UnsafeRawBufferPointer {
        let header = MemoryLayout<ethtool_link_settings>.size
        let place = MemoryLayout<ethtool_link_settings>.offset(of: \.link_mode_masks_nwords) ?? 0
        for _ in 0..<2 {
            let answer = try memory.window(header + 3 * 4 * Int(modeWordCount))
            answer[place] = UInt8(modeWordCount)
            try ask(UInt32(ETHTOOL_GLINKSETTINGS), answer, interface)
            let said = Int8(bitPattern: answer[place])
            if said > 0 && said == modeWordCount { return UnsafeRawBufferPointer(answer) }
            // To another number than its own the kernel says its own, negated, and nothing else.
            guard (Int8.min + 1..<0).contains(said) else { break }
            modeWordCount = -said
        }
        throw SystemError(call: "ioctl", path: interface, errorNumber: EPROTO)
    }

    /// `struct ethtool_cmd`, all that kernels before 4.20 have of older drivers.
    package func legacySettings(of interface: String) throws(SystemError) -> UnsafeRawBufferPointer {
        let answer = try memory.window(MemoryLayout<ethtool_cmd>.size)
        try ask(UInt32(ETHTOOL_GSET), answer, interface)
        return UnsafeRawBufferPointer(answer)
    }

    /// How many statistics the driver has.
    package func statisticCount(of interface: String) throws(SystemError) -> Int {
        let header = MemoryLayout<ethtool_sset_info>.size
        let answer = try memory.window(header + 4)
        answer.storeBytes(of: 1 << UInt64(ETH_SS_STATS.rawValue), toByteOffset: 8, as: UInt64.self)
        try ask(UInt32(ETHTOOL_GSSET_INFO), answer, interface)
        // The kernel takes the bit away where the driver has none.
        guard answer.loadUnaligned(fromByteOffset: 8, as: UInt64.self) != 0 else { return 0 }
        let count = Int(answer.loadUnaligned(fromByteOffset: header, as: UInt32.self))
        guard count <= Self.statisticLimit else {
            throw SystemError(call: "ioctl", path: interface, errorNumber: EFBIG)
        }
        return count
    }

    /// The names of the statistics, `nameByteCount` bytes each; nil when there are now more or fewer than `count`.
    package func statisticNames(of interface: String, count: Int) throws(SystemError) -> UnsafeRawBufferPointer? {
        let answer = try memory.window(12 + Self.nameByteCount * count)
        answer.storeBytes(of: UInt32(ETH_SS_STATS.rawValue), toByteOffset: 4, as: UInt32.self)
        answer.storeBytes(of: UInt32(count), toByteOffset: 8, as: UInt32.self)
        return try rows(UInt32(ETHTOOL_GSTRINGS), answer, interface, count: count, headerByteCount: 12)
    }

    /// Their values, 64 bits each; nil when there are now more or fewer than `count`.
    package func statistics(of interface: String, count: Int) throws(SystemError) -> UnsafeRawBufferPointer? {
        let answer = try memory.window(8 + 8 * count)
        answer.storeBytes(of: UInt32(count), toByteOffset: 4, as: UInt32.self)
        return try rows(UInt32(ETHTOOL_GSTATS), answer, interface, count: count, headerByteCount: 8)
    }

    private func rows(
        _ command: UInt32, _ answer: UnsafeMutableRawBufferPointer, _ interface: String, count: Int,
        headerByteCount: Int
    ) throws(SystemError) -> UnsafeRawBufferPointer? {
        do throws(SystemError) { try ask(command, answer, interface) } catch {
            // Kernels before 6.19 write all they have; the memory's end kept the rest out.
            if error.errorNumber == EFAULT { return nil }
            throw error
        }
        // The header ends with the count.
        let said = answer.loadUnaligned(fromByteOffset: headerByteCount - 4, as: UInt32.self)
        guard said == UInt32(count) else { return nil }
        return UnsafeRawBufferPointer(rebasing: answer[headerByteCount...])
    }

    /// `request` begins with the command, which is put there.
    private func ask(
        _ command: UInt32, _ request: UnsafeMutableRawBufferPointer, _ interface: String
    ) throws(SystemError) {
        // A longer name is no interface's, and with a closing zero it must fit.
        guard interface.utf8.count < Int(IFNAMSIZ) else {
            throw SystemError(call: "ioctl", path: interface, errorNumber: ENODEV)
        }
        request.storeBytes(of: command, as: UInt32.self)
        var (name, data) = (ifreq().ifr_ifrn, request.baseAddress)
        withUnsafeMutableBytes(of: &name) { $0.copyBytes(from: interface.utf8) }
        var packet = ifreq(ifr_ifrn: name, ifr_ifru: .init())
        withUnsafeMutableBytes(of: &packet.ifr_ifru) { packet in
            withUnsafeBytes(of: &data) { packet.copyMemory(from: $0) }
        }
        let number = socket.number
        try retryingInterrupts("ioctl", interface) { () -> Int32 in
            withUnsafeMutablePointer(to: &packet) { ioctl(number, UInt(SIOCETHTOOL), $0) }
        }
    }
}
