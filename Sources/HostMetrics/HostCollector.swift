/// A source of the host's metrics: reads its files and gives samples.
///
/// One instance lives as long as its sampler and is used by one thread at a time, so it keeps files open and series
/// at hand between runs. It parses a file whole before it gives samples from it: when `collect` throws, what was
/// given stays and is true, and nothing of the damaged file is in it.
package protocol HostCollector: AnyObject {
    /// Gives a sample for all there is now. What the kernel does not have (an old one, another board) is left out;
    /// what it has in a form that cannot be read is an error.
    func collect(into output: inout CollectorOutput) throws(CollectorError)
    /// Whether names of the series that it gave last are chosen by others, so that they may be another collector's. Then they
    /// are compared with all others of the run, so say so only where there are such.
    var isForeign: Bool { get }
}

extension HostCollector {
    package var isForeign: Bool { false }
}
