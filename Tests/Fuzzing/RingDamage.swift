/// One change to the files of a ring, as the ring target's input says: a kind of change, a file, a place, bytes.
enum RingDamage {
    static let kinds: [UInt8] = Array(0..<9)

    static func apply(_ input: inout InputCursor, to files: inout [String: [UInt8]]) {
        let kind = kinds[Int(input.byte()) % kinds.count]
        let names = files.keys.sorted()
        let name = names.isEmpty ? "segment-00000000" : names[input.choice(names.count)]
        var bytes = files[name] ?? []
        let place = input.choice(bytes.count + 1)
        let content = input.piece()
        switch kind {
        case 0: overwrite(&bytes, at: place, content)
        case 1:
            overwrite(&bytes, at: place % 512, content)
            RingFrame.mendHeader(&bytes)
        case 2:
            overwrite(&bytes, at: place, content)
            RingFrame.mendRecord(&bytes, around: place)
        case 3:
            let page = place / 4096 * 4096
            overwrite(&bytes, at: page + place % 200, content)
            RingFrame.mendCursor(&bytes, page: page)
        case 4: bytes.removeSubrange(place...)
        case 5: files[fileName(content, names)] = bytes
        case 6: bytes = content
        case 7:
            files[name] = nil
            return
        default:
            // A stretch of an earlier lap, or of another place.
            let source = input.choice(bytes.count + 1) / 8 * 8
            let stretch = Array(bytes[source..<min(source + 64 + content.count * 16, bytes.count)])
            overwrite(&bytes, at: place / 8 * 8, stretch)
        }
        files[name] = bytes
    }

    private static func overwrite(_ bytes: inout [UInt8], at place: Int, _ content: [UInt8]) {
        let end = min(place + content.count, bytes.count)
        guard place < end else { return }
        bytes.replaceSubrange(place..<end, with: content[..<(end - place)])
    }

    private static func fileName(_ content: [UInt8], _ names: [String]) -> String {
        switch content.first ?? 0 {
        case let digit where digit < 10: "segment-0000000\(digit)"
        case 10: "segment-99999999"
        case 11: "segment.new"
        case 12: "cursor"
        case 13: "segment-000000001"
        default: names.first ?? "other"
        }
    }
}
