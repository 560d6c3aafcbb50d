internal import Daemon
internal import LinuxSystem
internal import Logging
internal import RingLog
internal import Shipping

/// Keeps what a UTC day has cost a destination across restarts: one line of text, `DAY BYTES`, the day counted from
/// 1970. Written when the count has grown by a hundredth of `daily_bytes` and at the end, so that a killed agent may
/// send one hundredth more than the day has.
struct DayFile {
    private let path: String
    private let growth: Int64
    private var written = SendBudget.Day(number: .min, byteCount: 0)
    private static let byteLimit = 256

    /// The file in `directory` for the destination at `url`.
    init(directory: String, url: String, bytesPerDay: Int64) {
        let name = url.utf8.withContiguousStorageIfAvailable { Checksum.crc32c(UnsafeRawBufferPointer($0), after: 0) }
        path = directory + "/sent-today-" + String(name ?? 0, radix: 16)
        growth = max(1, bytesPerDay / 100)
    }

    mutating func read(_ logger: Logger) -> SendBudget.Day? {
        guard Files.exists(path) else { return nil }
        do throws(SystemError) {
            let words = try Files.readText(path, byteLimit: Self.byteLimit).split(separator: " ")
            guard words.count == 2, let number = Int64(words[0]), let count = Int64(words[1]), count >= 0 else {
                logger.warning("not what was written, the day begins anew", metadata: ["path": "\(path)"])
                return nil
            }
            written = SendBudget.Day(number: number, byteCount: count)
            return written
        } catch {
            logger.warning("the day's bytes cannot be read back", metadata: ["error": "\(error)"])
            return nil
        }
    }

    mutating func writeIfGrown(_ day: SendBudget.Day, _ logger: Logger) {
        if day.number != written.number || day.byteCount - written.byteCount >= growth { write(day, logger) }
    }

    mutating func write(_ day: SendBudget.Day, _ logger: Logger) {
        guard day != written, day.number != .min else { return }
        do throws(SystemError) {
            try Files.replace(path, with: Array("\(day.number) \(day.byteCount)\n".utf8))
            written = day
        } catch {
            // Tried again with the next request; until then a restart would forget some of the day.
            logger.debug("the day's bytes cannot be written", metadata: ["error": "\(error)"])
        }
    }
}
