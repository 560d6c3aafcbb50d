package import LinuxSystem

/// What the kernel says of this process, from /proc/self.
package struct ProcessReading: Sendable, Hashable {
    /// User and system time together.
    package let cpuSeconds: Double
    package let residentBytes: Double
    package let virtualBytes: Double
    package let openDescriptors: Double
    package let startUnixSeconds: Double

    /// Reads /proc/self and /proc/stat below `procfs`.
    package static func now(procfs: String = "/proc") throws(SystemError) -> ProcessReading {
        let stat = try Files.readText(procfs + "/self/stat")
        let kernel = bootLine(of: try Files.read(procfs + "/stat"))
        let descriptors = try openDescriptorCount(procfs + "/self/fd")
        guard let reading = parse(stat: stat, bootLine: kernel, openDescriptors: descriptors) else {
            throw SystemError.unreadable(procfs + "/self/stat")
        }
        return reading
    }

    /// Since Linux 6.2 the size of the directory is how many are open, which costs a hundredth of listing it; before, the
    /// size is 0.
    private static func openDescriptorCount(_ directory: String) throws(SystemError) -> Int {
        let size = try FileStamp(asking: directory).byteCount
        return size > 0 ? Int(size) : try Files.list(directory).count
    }

    /// The line of /proc/stat that says when the kernel came up; found in the bytes, because strings of all the lines cost
    /// more than everything else that is read here.
    private static func bootLine(of bytes: [UInt8]) -> String {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if bytes[start..<end].starts(with: "btime ".utf8) {
                return String(decoding: bytes[start..<end], as: UTF8.self)
            }
            start = end + 1
        }
        return ""
    }

    /// The fields of proc(5) `stat`: 14 utime, 15 stime, 22 starttime, 23 vsize, 24 rss. The command's name stands
    /// in parentheses and may hold spaces, so counting begins after the last one.
    static func parse(stat: String, bootLine kernel: String, openDescriptors: Int) -> ProcessReading? {
        guard let end = stat.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        // As bytes, because a walk over characters looks each up in Unicode's tables.
        let fields = stat.utf8[end...].dropFirst().split(separator: UInt8(ascii: " ")).map { Substring($0) }
        let boot = kernel.split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst(6)
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let start = Double(fields[19]), let virtual = Double(fields[20]), let pages = Double(fields[21]),
            let boot, let bootSeconds = Double(boot)
        else { return nil }
        // USER_HZ is 100 on every architecture this runs on.
        return ProcessReading(
            cpuSeconds: (user + system) / 100, residentBytes: pages * Double(Machine.pageByteCount),
            virtualBytes: virtual, openDescriptors: Double(openDescriptors),
            startUnixSeconds: bootSeconds + start / 100)
    }
}
