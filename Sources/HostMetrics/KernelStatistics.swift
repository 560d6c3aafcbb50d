/// What /proc/stat says, in ticks of 1/100 s where it is about time.
struct KernelStatistics {
    /// One processor's line: user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice.
    struct Processor {
        var number: Int
        var ticks: [10 of UInt64] = .init(repeating: 0)
        /// How many of `ticks` this kernel has.
        var tickCount = 0
    }

    var processors: [Processor] = []
    var interrupts: UInt64?
    var contextSwitches: UInt64?
    var bootUnixSeconds: UInt64?
    var forks: UInt64?
    var runningProcesses: UInt64?
    var blockedProcesses: UInt64?
    /// By kind, in the kernel's order: hi, timer, net_tx, net_rx, block, block_iopoll, tasklet, sched, hrtimer, rcu.
    var softInterrupts: [UInt64] = []

    /// USER_HZ: the kernel gives times in 1/100 s to user space on every architecture Linux gateways use.
    static let ticksPerSecond = 100.0

    /// Takes a new text in place of what is held, keeping the arrays' memory.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) {
        clear()
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if cursor.take("cpu") {
                try parseProcessor(&cursor)
            } else if cursor.take("intr ") {
                interrupts = try cursor.unsigned()
            } else if cursor.take("ctxt ") {
                contextSwitches = try cursor.unsigned()
            } else if cursor.take("btime ") {
                bootUnixSeconds = try cursor.unsigned()
            } else if cursor.take("processes ") {
                forks = try cursor.unsigned()
            } else if cursor.take("procs_running ") {
                runningProcesses = try cursor.unsigned()
            } else if cursor.take("procs_blocked ") {
                blockedProcesses = try cursor.unsigned()
            } else if cursor.take("softirq ") {
                // The first column is the sum.
                _ = try cursor.unsigned()
                while !KernelStatistics.isLineDone(&cursor) { softInterrupts.append(try cursor.unsigned()) }
            }
            cursor.skipLine()
        }
    }

    private mutating func clear() {
        processors.removeAll(keepingCapacity: true)
        softInterrupts.removeAll(keepingCapacity: true)
        interrupts = nil
        contextSwitches = nil
        bootUnixSeconds = nil
        forks = nil
        runningProcesses = nil
        blockedProcesses = nil
    }

    private mutating func parseProcessor(_ cursor: inout ByteCursor) throws(DamagedText) {
        // `cpu ` is the sum of all.
        if cursor.take(" ") { return }
        let start = cursor.offset
        let number = try cursor.unsigned()
        guard number <= 1 << 20 else { throw DamagedText(byteOffset: start, expected: "a processor's number") }
        var processor = Processor(number: Int(number))
        while processor.tickCount < 10, !KernelStatistics.isLineDone(&cursor) {
            processor.ticks[processor.tickCount] = try cursor.unsigned()
            processor.tickCount += 1
        }
        processors.append(processor)
    }

    private static func isLineDone(_ cursor: inout ByteCursor) -> Bool {
        cursor.skipSpaces()
        return cursor.isAtLineEnd
    }
}
