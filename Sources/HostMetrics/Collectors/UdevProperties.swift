/// The properties of a device in udev's database.
enum UdevProperties {
    /// Lines of `E:NAME=value`; all others are about links, tags and times.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> [String: String] {
        var properties: [String: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("E:") {
            let pair = line.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { properties[String(pair[0])] = String(pair[1]) }
        }
        return properties
    }
}
