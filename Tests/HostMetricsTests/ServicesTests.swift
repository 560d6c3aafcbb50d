import LinuxSystem
import MetricModel
import Testing

@testable import HostMetrics

/// What the processes of named services use together.
@Suite struct ServicesTests {
    private static let names = ["mosquitto", "nodered.service", "node-red", "a-name-of-more-than-fifteen-bytes"]

    private static func sampler(_ tree: TreeCopy) -> HostSampler {
        tree.sampler(["services"]) { $0.services.names = names }
    }

    private static func cpu(_ service: String, _ mode: String = "user") -> String {
        #"wayside_service_cpu_seconds_total{mode="\#(mode)",service="\#(service)"}"#
    }

    private static func value(_ name: String, _ service: String) -> String {
        #"wayside_service_\#(name){service="\#(service)"}"#
    }

    /// /proc/<pid>/stat.
    private static func stat(_ number: Int, _ name: String, user: Int, start: Int) -> String {
        "\(number) (\(name)) S 1 1 1 0 -1 0 0 0 0 0 \(user) 0 0 0 20 0 2 0 \(start) 4096 10 1 1\n"
    }

    @Test func sumsByUnitAndByProgram() throws {
        let tree = try TreeCopy("gateway")
        var sampler = Self.sampler(tree)
        let values = HostRun(&sampler).values
        let page = Double(Machine.pageByteCount)
        #expect(values[Self.value("processes", "mosquitto")] == 1)
        #expect(values[Self.value("resident_memory_bytes", "mosquitto")] == 700 * page)
        #expect(values[Self.value("processes", "nodered.service")] == 2)
        #expect(values[Self.value("threads", "nodered.service")] == 12)
        #expect(values[Self.value("resident_memory_bytes", "nodered.service")] == 20_200 * page)
        #expect(values[Self.value("processes", "node-red")] == 1)
        #expect(values[Self.value("processes", "a-name-of-more-than-fifteen-bytes")] == 0)
        // What was used before the agent was there is not its to tell.
        #expect(values[Self.cpu("nodered.service")] == 0)
        #expect(values.count == 4 * 5)
    }

    /// Names come from a settings file, where one may be twice.
    @Test func aNameCountsOnce() throws {
        let tree = try TreeCopy("gateway")
        var sampler = tree.sampler(["services"]) { $0.services.names = ["mosquitto", "mosquitto"] }
        let run = HostRun(&sampler)
        #expect(run.values.count == 5 && run.lines.count == 5)
        #expect(run.values[Self.value("processes", "mosquitto")] == 1)
    }

    /// systemd starts a process and then puts it into the service's cgroup, which a run may come between.
    @Test func aProcessThatIsJustBeingStarted() throws {
        let tree = try TreeCopy("gateway")
        var sampler = Self.sampler(tree)
        let before = HostRun(&sampler).values[Self.value("processes", "nodered.service")]
        try Files.makeDirectory(tree.path + "/proc/500")
        try tree.write("/proc/500/stat", Self.stat(500, "(node)", user: 0, start: 5000))
        try tree.write("/proc/500/cgroup", "0::/init.scope\n")
        #expect(HostRun(&sampler).values[Self.value("processes", "nodered.service")] == before)
        try tree.write("/proc/500/cgroup", "0::/system.slice/nodered.service\n")
        try tree.write("/proc/500/stat", Self.stat(500, "node", user: 20, start: 5000))
        let after = HostRun(&sampler).values
        #expect(after[Self.value("processes", "nodered.service")] == (before ?? 0) + 1)
        #expect(after[Self.cpu("nodered.service")] == 0.2)
    }

    @Test func countersNeverStepBack() throws {
        let tree = try TreeCopy("gateway")
        var sampler = Self.sampler(tree)
        _ = HostRun(&sampler)
        try tree.write("/proc/400/stat", Self.stat(400, "mosquitto", user: 1250, start: 900))
        #expect(HostRun(&sampler).values[Self.cpu("mosquitto")] == 2.5)
        // It ends, and what it used stays.
        try tree.remove("/proc/400")
        let gone = HostRun(&sampler).values
        #expect(gone[Self.cpu("mosquitto")] == 2.5 && gone[Self.value("processes", "mosquitto")] == 0)
        // Another begins, under another number and with what it has used since.
        try Files.makeDirectory(tree.path + "/proc/500")
        try tree.write("/proc/500/stat", Self.stat(500, "mosquitto", user: 30, start: 5000))
        #expect(HostRun(&sampler).values[Self.cpu("mosquitto")] == 2.8)
        // The number is given to yet another.
        try tree.write("/proc/500/stat", Self.stat(500, "mosquitto", user: 10, start: 6000))
        let after = HostRun(&sampler).values
        #expect(abs((after[Self.cpu("mosquitto")] ?? 0) - 2.9) < 1e-9)
    }

    @Test func longNamesAreMatchedByWhatTheKernelKeeps() throws {
        let tree = try TreeCopy("gateway")
        try Files.makeDirectory(tree.path + "/proc/600")
        try tree.write("/proc/600/stat", Self.stat(600, "a-name-of-more-", user: 1, start: 5000))
        var sampler = Self.sampler(tree)
        #expect(HostRun(&sampler).values[Self.value("processes", "a-name-of-more-than-fifteen-bytes")] == 1)
    }

    @Test func aDamagedProcessTakesNothingFromOthers() throws {
        let tree = try TreeCopy("gateway")
        try tree.write("/proc/1/stat", "1 systemd\n")
        var sampler = Self.sampler(tree)
        let run = HostRun(&sampler)
        #expect("\(run.failures)".contains("/proc/1/stat: expected a process's number and name at byte 0"))
        #expect(run.values[Self.value("processes", "mosquitto")] == 1)
    }

    /// This test itself, on the live machine.
    @Test func thisProcess() throws {
        let name = try Files.readText("/proc/self/comm")
        var settings = HostMetricsSettings(disable: HostCollectors.names.filter { $0 != "services" })
        settings.services.names = [name]
        var sampler = HostSampler(settings: settings, scope: .init(.empty), seriesLimit: 100)
        _ = HostRun(&sampler)
        let before = Clocks.processCPUNanoseconds()
        // Until the kernel has counted some ticks.
        while Clocks.processCPUNanoseconds() < before + 60_000_000 {}
        let run = HostRun(&sampler)
        #expect(run.failures.isEmpty)
        let used = (run.values[Self.cpu(name)] ?? 0) + (run.values[Self.cpu(name, "system")] ?? 0)
        #expect(used > 0 && (run.values[Self.value("resident_memory_bytes", name)] ?? 0) > 1e6)
    }
}
