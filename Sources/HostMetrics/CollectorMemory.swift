internal import LinuxSystem
internal import MetricModel

/// What a thread that runs collectors keeps from one to the next; one that is stuck keeps its thread's.
final class CollectorMemory {
    /// Files are read into it.
    let buffer = ReadBuffer()
    /// Room for the samples of one collector; empty but for its capacity while that gives samples.
    var samples: [Sample] = []
}
