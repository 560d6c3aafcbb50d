internal import Daemon
internal import LinuxSystem

/// When this program was built, as far as can be known: a clock that says less is wrong.
enum BuildTime {
    /// The executable's modification time. Where that is missing, or set to 1970 as some image builders do, the year
    /// in which the version was made. A file copied under a clock that was ahead makes this too late; then shipping
    /// waits for `time.wait_for_sync` after a boot, and not longer.
    static func unixMilliseconds(executable: String = "/proc/self/exe") -> Int64 {
        do throws(SystemError) {
            return max(
                Version.earliestUnixMilliseconds, try FileStamp(asking: executable).modifiedUnixNanoseconds / 1_000_000)
        } catch {
            return Version.earliestUnixMilliseconds
        }
    }
}
