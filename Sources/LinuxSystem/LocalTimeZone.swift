internal import CLinux
internal import Glibc

/// The machine's time zone at one moment.
package struct LocalTimeZone: Sendable, Hashable {
    /// The abbreviation: `UTC`, `CEST`.
    package let abbreviation: String
    /// Seconds east of UTC.
    package let offsetSeconds: Int

    package init(abbreviation: String, offsetSeconds: Int) {
        self.abbreviation = abbreviation
        self.offsetSeconds = offsetSeconds
    }

    /// The zone of TZ or /etc/localtime, as it was when the process first asked.
    package static func at(unixSeconds: Int64) -> LocalTimeZone {
        var moment = time_t(unixSeconds)
        var broken = tm()
        guard localtime_r(&moment, &broken) != nil else { return LocalTimeZone(abbreviation: "UTC", offsetSeconds: 0) }
        let name = broken.tm_zone.map { String(cString: $0) } ?? "UTC"
        return LocalTimeZone(abbreviation: name, offsetSeconds: broken.tm_gmtoff)
    }
}
