/// A stream that a seal is writing: it takes no more samples.
struct FrozenStream {
    static let empty = FrozenStream(
        earliest: .max, latest: .min, first: HeadBlocks.none, last: HeadBlocks.none, used: 0)

    let earliest: Int64
    let latest: Int64
    let first: UInt32
    let last: UInt32
    let used: UInt8

    var isEmpty: Bool { earliest > latest }

    func overlaps(_ from: Int64, _ through: Int64) -> Bool { earliest <= through && latest >= from }

    func samples(_ blocks: HeadBlocks) -> HeadSamples {
        HeadSamples(
            bytes: blocks.bytes(first: first, last: last, used: Int(used)), earliest: earliest, latest: latest)
    }
}
