internal import LinuxSystem
internal import MetricModel

/// A file of ZFS's counters by name: `name type data` and a line for each.
final class ZFSKstat {
    struct Field: Equatable {
        let name: Range<Int>
        let value: Double
    }

    /// What a text holds.
    struct Content {
        var fields: [Field] = []
        /// What `dataset_name` says; it may have spaces.
        var dataset: Range<Int>?
    }

    private let file: KeptFile
    private let place: String
    private let families: FamilyTable
    private let labelValues: [String]
    private var content = Content()
    private var dataset: [UInt8] = []
    private var rows = FieldRows()

    /// `place` is for the help text.
    init(_ path: String, place: String, _ families: FamilyTable, _ labelValues: [String] = []) {
        file = KeptFile(path, endsAtShortRead: false)
        self.place = place
        self.families = families
        self.labelValues = labelValues
    }

    /// Gives all fields; nothing where this version of ZFS has no such file.
    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        guard let bytes = try output.readIfPresent(file) else { return removeAll(&output) }
        do throws(DamagedText) { try Self.parse(bytes, into: &content) } catch {
            throw CollectorError(error, file.path)
        }
        if let name = content.dataset, !bytes[name].elementsEqual(dataset) {
            // A dataset can be renamed.
            rows.removeAll(&output)
            dataset = Array(bytes[name])
        }
        rows.begin()
        for field in content.fields {
            rows.give(UnsafeRawBufferPointer(rebasing: bytes[field.name]), field.value, &output) { name in
                let own = content.dataset == nil ? [] : [String(decoding: dataset, as: UTF8.self)]
                return (families.family(name, in: place), labelValues + own)
            }
        }
        rows.end(&output)
    }

    func removeAll(_ output: inout CollectorOutput) { rows.removeAll(&output) }

    /// A line of numbers about the file itself, the heading, then lines of name, type and value; told are those of type 3
    /// (64 bits with a sign) and 4 (without).
    static func parse(_ bytes: UnsafeRawBufferPointer, into content: inout Content) throws(DamagedText) {
        content.fields.removeAll(keepingCapacity: true)
        content.dataset = nil
        var cursor = ByteCursor(bytes)
        cursor.skipLine()
        guard bytes[cursor.column()].elementsEqual("name".utf8), bytes[cursor.column()].elementsEqual("type".utf8)
        else {
            throw cursor.damage("name, type and data")
        }
        cursor.skipLine()
        while !cursor.isAtEnd {
            let name = cursor.column()
            let type = bytes[cursor.column()]
            cursor.skipSpaces()
            if type.count == 1, let kind = type.first {
                if kind == UInt8(ascii: "3") || kind == UInt8(ascii: "4") {
                    content.fields.append(Field(name: name, value: try cursor.number()))
                } else if bytes[name].elementsEqual("dataset_name".utf8) {
                    content.dataset = cursor.restOfLine
                }
            }
            cursor.skipLine()
        }
    }
}
