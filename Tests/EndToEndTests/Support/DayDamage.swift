import LinuxSystem
import SampleStore
import TestPeers

/// What may become of a day's file while no hub has it open.
enum DayDamage: String, CaseIterable, Sendable {
    case flippedHeader = "a bit of the header flipped"
    case flippedIndexPage = "a bit of a page of the index flipped"
    case flippedValuePage = "a bit of a page of values flipped"
    case halved = "cut off in the middle"
    case emptied = "emptied"
    case text = "a text in its place"
    /// For root every file is readable, a directory none.
    case unreadable = "not to be opened"

    /// Whether all of the day is lost, or only the series with values on the page.
    var isOfTheWholeDay: Bool { self != .flippedValuePage }

    /// Whether the next seal gives it another name, because there is something in it that might be wanted.
    var isPutAside: Bool { isOfTheWholeDay && self != .emptied }

    func apply(to path: String) throws {
        var bytes = try Files.read(path, byteLimit: 64 << 20)
        switch self {
        case .flippedHeader: bytes[3] ^= 0x10
        case .flippedIndexPage: try DayDamage.flip(&bytes, of: path, isOfValues: false)
        case .flippedValuePage: try DayDamage.flip(&bytes, of: path, isOfValues: true)
        case .halved: bytes.removeLast(bytes.count / 2)
        case .emptied: bytes = []
        case .text: bytes = Array(String(repeating: "This is no database.\n", count: 500).utf8)
        case .unreadable:
            try Files.remove(path)
            return try Files.makeDirectory(path)
        }
        try Files.replace(path, with: bytes)
    }

    /// Flips a bit on the first page behind the header of which `store verify` says that it costs single series, or that
    /// it does not: so this knows nothing of how pages are used.
    private static func flip(_ bytes: inout [UInt8], of path: String, isOfValues: Bool) throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let copy = directory.path + "/" + path.split(separator: "/").suffix(1).joined()
        let pageByteCount = 1024
        for page in 1..<(bytes.count / pageByteCount) {
            bytes[page * pageByteCount + 500] ^= 4
            try Files.replace(copy, with: bytes)
            let damages = try StoreVerification.check(directory.path).damages
            guard !damages.isEmpty else { throw PeerError("nothing is wrong with page \(page) of \(path)") }
            if damages.contains(where: { $0.series != nil }) == isOfValues { return }
            bytes[page * pageByteCount + 500] ^= 4
        }
        throw PeerError("\(path) has no such page")
    }
}
