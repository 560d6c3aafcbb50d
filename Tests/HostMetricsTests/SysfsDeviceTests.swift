import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// The collectors of /sys over a tree that changes between their runs.
@Suite struct SysfsDeviceTests {
    /// What the second run has and the first has not, and the other way round.
    private func difference(_ first: HostRun, _ second: HostRun) -> (new: [String], gone: [String]) {
        let (before, after) = (Set(first.values.keys), Set(second.values.keys))
        return (after.subtracting(before).sorted(), before.subtracting(after).sorted())
    }

    @Test func anotherTextIsAnotherSeries() throws {
        let copy = try TreeCopy("pi")
        var sampler = copy.sampler(["netclass"])
        let first = HostRun(&sampler)
        let count = sampler.seriesCount
        try copy.write("/sys/class/net/eth0/operstate", "down\n")
        try copy.write("/sys/class/net/eth0/flags", "0x1002\n")
        let second = HostRun(&sampler)
        let change = difference(first, second)
        #expect(change.new.count == 1 && change.gone.count == 1)
        #expect(change.new.first?.contains(#"adminstate="down""#) == true)
        #expect(second.values[#"node_network_up{device="eth0"}"#] == 0)
        #expect(sampler.seriesCount == count)
    }

    @Test func devicesComeAndGo() throws {
        let copy = try TreeCopy("server")
        var sampler = copy.sampler(["dmmultipath", "edac", "netclass", "nvme", "powersupplyclass", "tapestats"])
        let first = HostRun(&sampler)
        let count = sampler.seriesCount
        let moved = [
            "/sys/class/nvme/nvme0", "/sys/block/dm-1", "/sys/class/net/eth0", "/sys/class/power_supply/ups0",
            "/sys/devices/system/edac/mc/mc0", "/sys/class/scsi_tape/st0",
        ]
        for path in moved { try copy.move(path, to: "/" + Files.name(of: path)) }
        let second = HostRun(&sampler)
        #expect(second.failures == first.failures)
        #expect(sampler.seriesCount == second.values.count)
        #expect(sampler.seriesCount < count)
        for path in moved { try copy.move("/" + Files.name(of: path), to: path) }
        let third = HostRun(&sampler)
        #expect(third.values == first.values)
        #expect(sampler.seriesCount == count)
    }

    /// A device that went and came back between two runs has the same name and other files.
    @Test func anotherDeviceUnderTheSameName() throws {
        let copy = try TreeCopy("pi")
        var sampler = copy.sampler(["thermal_zone", "watchdog"])
        let first = HostRun(&sampler)
        try copy.move("/sys/class/watchdog/watchdog1", to: "/old")
        try copy.move("/sys/class/watchdog/watchdog0", to: "/sys/class/watchdog/watchdog1")
        let second = HostRun(&sampler)
        #expect(second.values[#"node_watchdog_timeout_seconds{name="watchdog1"}"#] == 15)
        #expect(difference(first, second).gone.allSatisfy { $0.contains("watchdog0") || $0.contains("watchdog1") })
        #expect(sampler.seriesCount == second.values.count)
    }

    @Test func monitorsAreNamedAnewWhenOthersGo() throws {
        let copy = try TreeCopy("server")
        var sampler = copy.sampler(["hwmon"])
        let first = HostRun(&sampler)
        try copy.move("/sys/class/hwmon/hwmon2", to: "/hwmon2")
        let second = HostRun(&sampler)
        let change = difference(first, second)
        // Two files of words have series that are never given.
        #expect(sampler.seriesCount == second.values.count + 2)
        #expect(change.gone.count == 4)
        #expect(
            change.new == [
                #"node_hwmon_chip_names{chip="platform_example_wmi_board_sensors",chip_name="board_sensors"}"#,
                #"node_hwmon_pwm_enable{chip="platform_example_wmi_board_sensors",sensor="pwm1"}"#,
            ])
        try copy.move("/hwmon2", to: "/sys/class/hwmon/hwmon2")
        #expect(HostRun(&sampler).values == first.values)
    }

    @Test func chipsAndSensorsAreFiltered() {
        let tree = FixtureTree("server")
        func lines(_ chips: NameFilter, _ sensors: NameFilter) -> [String] {
            HostRun(["hwmon"], roots: tree.roots) { settings in
                settings.hardwareMonitors.chips = chips
                settings.hardwareMonitors.sensors = sensors
            }.lines
        }
        let all = lines(.all, .all)
        let exclusion = NamePattern("^hwmon4_device$") { $0 == "hwmon4_device" }
        #expect(lines(NameFilter(exclude: exclusion), .all) == all.filter { !$0.contains("hwmon4_device") })
        let fan = NamePattern("^hwmon4_device;fan1$") { $0 == "hwmon4_device;fan1" }
        #expect(lines(.all, NameFilter(exclude: fan)) == all.filter { !$0.contains(#"sensor="fan1""#) })
    }

    @Test func speedThatIsNotKnownCanBeLeftOut() {
        let run = HostRun(["netclass"], roots: FixtureTree("pi").roots) { settings in
            settings.networkClass.isInvalidSpeedIgnored = true
            settings.networkClass.devices = NameFilter(exclude: NamePattern("lo") { $0 == "lo" })
        }
        let speeds = run.values.keys.filter { $0.hasPrefix("node_network_speed_bytes") }
        #expect(speeds == [#"node_network_speed_bytes{device="eth0"}"#])
        #expect(!run.values.keys.contains { $0.contains(#""lo""#) })
    }

    @Test func theZonesNameCanBeALabel() {
        let run = HostRun(["rapl"], roots: FixtureTree("server").roots) { $0.isRAPLZoneLabelEnabled = true }
        let zones = run.samples.filter { $0.series.family.name == "node_rapl_joules_total" }.map(\.series.labelValues)
        #expect(
            zones.map { [$0[0], $0[2]] } == [
                ["0", "package"], ["0", "core"], ["1", "package"], ["1", "core"],
                ["0", "dram.uncore"],
            ])
    }

    @Test func processorsThatAreTakenOutHaveNoClock() throws {
        let copy = try TreeCopy("server")
        var sampler = copy.sampler(["cpufreq"])
        #expect(HostRun(&sampler).values.keys.allSatisfy { $0.contains(#"cpu="0""#) })
        try copy.write("/sys/devices/system/cpu/offline", "\n")
        #expect(HostRun(&sampler).values.keys.count { $0.contains(#"cpu="1""#) } == 4)
        try copy.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_available_governors", "schedutil\n")
        let third = HostRun(&sampler)
        #expect(third.values[#"node_cpu_scaling_governor{cpu="0",governor="schedutil"}"#] == 0)
        #expect(sampler.seriesCount == third.values.count)
    }

    /// Labels of memory modules are written by a program that may run later.
    @Test func memoryModulesAreNamedLater() throws {
        let copy = try TreeCopy("server")
        var sampler = copy.sampler(["edac"])
        let first = HostRun(&sampler)
        try copy.write("/sys/devices/system/edac/mc/mc0/csrow0/ch0_dimm_label", "DIMM A1\n")
        let second = HostRun(&sampler)
        #expect(difference(first, second).new.allSatisfy { $0.contains(#"dimm_label="DIMM A1""#) })
        #expect(difference(first, second).new.count == 2)
        #expect(sampler.seriesCount == second.values.count)
    }

    /// One garbled file is an error that names it, and takes nothing from the others.
    @Test(arguments: [
        ("netclass", "/sys/class/net/eth0/mtu", "1x", 0), ("netclass", "/sys/class/net/eth0/flags", "0xzz", 2),
        ("hwmon", "/sys/class/hwmon/hwmon4/fan1_input", "fast", 0),
        ("nvme", "/sys/class/nvme/nvme0/nvme0n1/size", "-", 1),
        ("nvme", "/sys/class/nvme/nvme0/nvme0n1/queue/logical_block_size", "4 k", 2),
        ("mdadm", "/sys/block/md0/md/degraded", "no", 0),
        ("rapl", "/sys/class/powercap/intel-rapl:1/energy_uj", "1 2", 2),
        ("tapestats", "/sys/class/scsi_tape/st0/stats/io_ns", "", 0),
        ("edac", "/sys/devices/system/edac/mc/mc0/ue_count", "0x1", 0),
        ("cpufreq", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "<unknown>", 0),
        ("cpufreq", "/sys/devices/system/cpu/offline", "2-1", 0),
        ("powersupplyclass", "/sys/class/power_supply/ups0/temp", "25.3", 0),
        ("dmmultipath", "/sys/block/dm-1/size", "many", 0),
    ])
    func garbledFiles(_ collector: String, _ path: String, _ text: String, _ offset: Int) throws {
        let copy = try TreeCopy("server")
        try copy.write(path, text)
        let run = HostRun([collector], roots: copy.roots)
        #expect(run.failures.count == 1)
        guard case .damaged(copy.path + path, offset, _) = run.failures.first?.error else {
            Issue.record("\(run.failures)")
            return
        }
        let whole = HostRun([collector], roots: FixtureTree("server").roots)
        #expect(run.values.count < whole.values.count)
    }

    /// A host may have hundreds of interfaces and a process 1,024 descriptors.
    @Test func filesOfManyInterfacesAreNotKeptOpen() throws {
        let copy = try TreeCopy("server")
        let interfaces = copy.path + "/sys/class/net/"
        for number in 0..<20 {
            _ = try ChildProcess.run("/bin/cp", ["-r", interfaces + "eth0", interfaces + "veth\(number)"])
        }
        var sampler = copy.sampler(["netclass"])
        let first = HostRun(&sampler)
        let second = HostRun(&sampler)
        #expect(first.values == second.values)
        #expect(second.values.keys.count { $0.hasPrefix("node_network_mtu_bytes") } == 22)
        let open = try Files.list("/proc/self/fd").filter { number in
            // The descriptor of the listing itself is closed by now.
            (try? Files.linkTarget("/proc/self/fd/\(number)"))?.hasPrefix(interfaces) == true
        }
        #expect((100..<200).contains(open.count))
    }
}
