import HostMetrics
import LinuxSystem
import MetricModel

/// Runs the default host collectors again and again and prints the CPU time of one run, and each collector's part.
///
/// usage: host-benchmark [RUNS] [COLLECTOR…]
@main struct HostBenchmark {
    static func main() {
        let runs = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1000
        let names = Array(CommandLine.arguments.dropFirst(2))
        var settings = HostMetricsSettings()
        if !names.isEmpty { settings = HostMetricsSettings(hasDefaults: false, enable: names) }
        var collection = HostCollection(settings)
        // Files are opened and series made in the first ones.
        for _ in 0..<3 { collection.run() }
        let before = Usage()
        for _ in 0..<runs { collection.run() }
        let used = Usage().since(before)
        // In runs of their own, because looking at the durations costs as much as some collectors.
        for _ in 0..<runs { collection.runAndNoteDurations() }
        print("\(settings.enabledCollectors.count) collectors, \(collection.sampleCount) samples, \(runs) runs")
        let (user, system) = (used.user / Double(runs), used.system / Double(runs))
        print(
            "CPU of a run: \(microseconds(user + system)) µs, user \(microseconds(user)), system \(microseconds(system))"
        )
        printDurations(collection.medianDurations())
    }

    private static func printDurations(_ medians: [String: Double]) {
        print("Medians of how long each collector took, together \(microseconds(medians.values.reduce(0, +))) µs:")
        for (name, median) in medians.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            print("\(microseconds(median))\t\(name)")
        }
    }

    private static func microseconds(_ seconds: Double) -> Double { (seconds * 1e7).rounded() / 10 }
}
