import BenchmarkRecording
import Glibc

/// Simulated gateways that send to a hub as wayside-agent does, each over a connection of its own, for `fleet.py`.
///
/// usage: xzcat node-1s.tsv.xz | fleet-benchmark PORT GATEWAYS WARM_TURNS TURNS INTERVAL_MS
/// Prints `measuring` when the first turns, which make the series, are over, and in the end one line of figures.
@main struct FleetBenchmark {
    static func main() throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard numbers.count == 5, numbers[1] > 0 else {
            fatalError("usage: fleet-benchmark PORT GATEWAYS WARM_TURNS TURNS INTERVAL_MS")
        }
        raiseDescriptorLimit()
        let template = RequestTemplate(Recording(readingStandardInput: ()))
        var fleet = try SimulatedFleet(
            template, port: UInt16(numbers[0]), gateways: numbers[1], intervalMilliseconds: numbers[4])
        try fleet.run(turns: numbers[2])
        fleet.beginMeasuring()
        print("measuring")
        fflush(nil)
        try fleet.run(turns: numbers[3])
        fleet.waitForAnswers()
        print(fleet.figures.line)
    }

    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
