internal import LinuxSystem
internal import MetricModel

/// `processes`: processes and threads by state, from the directories of /proc.
///
/// Costs three calls for each process, and three more for each thread of those with several.
final class ProcessesCollector: HostCollector {
    /// What a stat file says.
    struct Process: Equatable {
        let state: UInt8
        let threadCount: UInt64
    }

    private let threads = MetricFamily("node_processes_threads", .gauge, help: "Threads of all processes.")
    private let threadLimit = MetricFamily(
        "node_processes_max_threads", .gauge, help: "How many threads there can be at once.")
    private let states = MetricFamily(
        "node_processes_state", .gauge, help: "Processes by state, the letter that ps shows.", labels: ["state"])
    private let threadStates = MetricFamily(
        "node_processes_threads_state", .gauge, help: "Threads by state, the letter that ps shows.",
        labels: ["thread_state"])
    private let processes = MetricFamily("node_processes_pids", .gauge, help: "Processes.")
    private let processLimit = MetricFamily(
        "node_processes_max_processes", .gauge, help: "The highest process number, which also limits threads.")
    private let root: String
    private let directory: KeptDirectory
    private let threadLimitFile: KeptFile
    private let processLimitFile: KeptFile
    private var series: [Series?] = []
    private var stateRows = FieldRows()
    private var threadStateRows = FieldRows()
    private var numbers: [UInt64] = []
    private var threadNumbers: [UInt64] = []
    private var counts = [Int](repeating: 0, count: 256)
    private var threadCounts = [Int](repeating: 0, count: 256)

    init(_ settings: HostMetricsSettings) {
        root = settings.roots.procfs
        directory = KeptDirectory(root)
        threadLimitFile = KeptFile(root + "/sys/kernel/threads-max", endsAtShortRead: true)
        processLimitFile = KeptFile(root + "/sys/kernel/pid_max", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        for index in 0..<256 {
            counts[index] = 0
            threadCounts[index] = 0
        }
        if let problem = AgentView.processProblem(root) { output.remark(problem) }
        try list(directory, into: &numbers, &output)
        var processCount = 0
        var threadCount: UInt64 = 0
        for number in numbers {
            guard let process = try stat("\(root)/\(number)/stat", &output) else { continue }
            processCount += 1
            threadCount &+= process.threadCount
            counts[Int(process.state)] += 1
            try countThreads(of: number, process, &output)
        }
        let limits = (try output.readNumber(threadLimitFile), try output.readNumber(processLimitFile))
        if series.isEmpty { series = [threads, threadLimit, processes, processLimit].map { output.series($0) } }
        output.append(series[0], Double(threadCount))
        output.append(series[1], Double(limits.0))
        give(counts, &stateRows, states, &output)
        give(threadCounts, &threadStateRows, threadStates, &output)
        output.append(series[2], Double(processCount))
        output.append(series[3], Double(limits.1))
    }

    /// `17 (a name (of its own)) S 2 0 0 …`: the letter behind the last bracket, and the number 17 columns on.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Process {
        guard let bracket = bytes.lastIndex(of: UInt8(ascii: ")")) else {
            throw DamagedText(byteOffset: 0, expected: "a process's name in brackets")
        }
        var cursor = ByteCursor(bytes, from: bracket + 1, to: bytes.count)
        let state = cursor.column()
        guard state.count == 1 else {
            throw DamagedText(byteOffset: state.lowerBound, expected: "the letter of a state")
        }
        for _ in 0..<16 { cursor.skipColumn() }
        return Process(state: bytes[state.lowerBound], threadCount: try cursor.unsigned())
    }

    private func countThreads(
        of number: UInt64, _ process: Process, _ output: inout CollectorOutput
    ) throws(CollectorError) {
        let tasks = "\(root)/\(number)/task"
        if process.threadCount == 1 {
            if Files.exists(tasks) { threadCounts[Int(process.state)] += 1 }
            return
        }
        try list(KeptDirectory(tasks), into: &threadNumbers, &output)
        for thread in threadNumbers {
            let state =
                thread == number ? process.state : try stat("\(tasks)/\(thread)/stat", &output)?.state
            if let state { threadCounts[Int(state)] += 1 }
        }
    }

    /// The numbers that are names in a directory; none where it has gone.
    private func list(
        _ directory: KeptDirectory, into numbers: inout [UInt64], _ output: inout CollectorOutput
    ) throws(CollectorError) {
        numbers.removeAll(keepingCapacity: true)
        do throws(SystemError) {
            try directory.forEachName(using: output.buffer) { name in
                var cursor = ByteCursor(name)
                if let number = Self.wholeNumber(&cursor) { numbers.append(number) }
            }
        } catch {
            guard Self.isGone(error) else { throw .system(error) }
        }
    }

    private static func wholeNumber(_ cursor: inout ByteCursor) -> UInt64? {
        guard let first = cursor.bytes.first, (0x30...0x39).contains(first) else { return nil }
        do throws(DamagedText) { return try cursor.unsigned() } catch { return nil }
    }

    /// Nil for one that has ended since it was listed.
    private func stat(_ path: String, _ output: inout CollectorOutput) throws(CollectorError) -> Process? {
        let bytes: UnsafeRawBufferPointer
        do throws(SystemError) {
            bytes = try KeptFile(path, endsAtShortRead: true).read(into: output.buffer)
        } catch {
            if Self.isGone(error) { return nil }
            throw .system(error)
        }
        do throws(DamagedText) { return try Self.parse(bytes) } catch { throw CollectorError(error, path) }
    }

    /// Or one of another user, where those are hidden.
    private static func isGone(_ error: SystemError) -> Bool {
        error.isNotFound || error.isNoProcess || error.isPermissionDenied
    }

    private func give(
        _ counts: [Int], _ rows: inout FieldRows, _ family: MetricFamily, _ output: inout CollectorOutput
    ) {
        rows.begin()
        for (letter, count) in counts.enumerated() where count > 0 {
            withUnsafeBytes(of: UInt8(letter)) { key in
                rows.give(key, Double(count), &output) { (family, [$0]) }
            }
        }
        rows.end(&output)
    }
}
