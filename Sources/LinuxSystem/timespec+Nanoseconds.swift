internal import CLinux
internal import Glibc

extension timespec {
    /// Nanoseconds since 1970, held within 64 bits: file systems keep whatever year a file was given.
    var unixNanoseconds: Int64 {
        let (seconds, hasOverflown) = Int64(tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        guard !hasOverflown else { return tv_sec < 0 ? .min : .max }
        let (sum, isBeyond) = seconds.addingReportingOverflow(Int64(tv_nsec))
        return isBeyond ? .max : sum
    }
}
