/// systemd's version as node_exporter reads it: the first three or more digits, with what follows a point.
enum SystemdVersion {
    /// What `SystemState` came with.
    static let ofSystemState = 212.0

    /// `252.39-1~deb12u2` is 252.39; 0 where there is no such number.
    static func number(_ text: String) -> Double {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let digits = count(bytes, from: start)
            if digits >= 3 {
                var end = start + digits
                if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
                    let fraction = count(bytes, from: end + 1)
                    if fraction > 0 { end += 1 + fraction }
                }
                return Double(String(decoding: bytes[start..<end], as: UTF8.self)) ?? 0
            }
            start += digits + 1
        }
        return 0
    }

    private static func count(_ bytes: [UInt8], from start: Int) -> Int {
        bytes[start...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    }
}
