internal import ArgumentParser

/// `DEVICE@FROM..TO`: a device that publishes nothing between two moments, in seconds since the start; without `TO`,
/// to the end. It stays connected, so only its silence tells.
struct SilenceWindow: ExpressibleByArgument, Equatable {
    /// The device's number, from 1.
    let device: Int
    let fromNanoseconds: Int64
    let toNanoseconds: Int64

    init?(argument: String) {
        let parts = argument.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let device = Int(parts[0]), device >= 1,
            let dots = parts[1].firstRange(of: ".."),
            let from = Self.nanoseconds(parts[1][..<dots.lowerBound])
        else { return nil }
        let end = parts[1][dots.upperBound...]
        guard let to = end.isEmpty ? Int64.max : Self.nanoseconds(end), to > from else { return nil }
        self.device = device
        fromNanoseconds = from
        toNanoseconds = to
    }

    func holds(device: Int, atNanoseconds time: Int64) -> Bool {
        device == self.device && time >= fromNanoseconds && time < toNanoseconds
    }

    private static func nanoseconds(_ text: Substring) -> Int64? {
        guard let seconds = Double(text), seconds >= 0, seconds <= 1e9 else { return nil }
        return Int64(seconds * 1e9)
    }
}
