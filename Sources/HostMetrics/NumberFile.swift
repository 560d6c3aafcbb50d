internal import LinuxSystem
internal import MetricModel

/// A file that holds one number, as /sys has them, and the series whose value it is.
///
/// A class, because a walk over the files of a device would copy each and all that it holds.
final class NumberFile {
    /// How the number is written.
    enum Form {
        /// `-12`.
        case decimal
        /// `0x1f` or `1f`.
        case hexadecimal
        /// `12.5`, up to 15 digits.
        case fraction
        /// Whether the text is this one: 1 or 0.
        case equals(StaticString)
        /// As the function reads it; nil where the device has no such number.
        case custom(@Sendable (inout ByteCursor) throws(DamagedText) -> Double?)
    }

    /// What a class of devices has for each: the file's name and the metric.
    struct Kind {
        let fileName: String
        let family: MetricFamily
        var form = Form.decimal
        /// What the number is divided by: 25050 m°C are 25.05 °C to the last bit, which a factor of 0.001 does not give.
        var divisor = 1.0
        var factor = 1.0
        /// For files where a negative number says that there is none.
        var isLeftOutWhenNegative = false
        /// For files that some drivers fill with words.
        var isTextLeftOut = false
    }

    let kind: Kind
    let file: KeptFile
    let series: Series?

    /// Nil where the device has no such file.
    init?(_ kind: Kind, in directory: String, _ labelValues: [String], _ output: inout CollectorOutput) {
        let path = directory + "/" + kind.fileName
        guard Files.exists(path) else { return nil }
        self.kind = kind
        file = KeptFile(path, endsAtShortRead: true)
        series = output.series(kind.family, labelValues)
    }

    /// Gives the number. A file that cannot be read now is left out, as a device that sleeps, is being taken away or does
    /// not answer has it; one that may not be read is a remark, and one that holds something else than its form an error.
    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        guard let value = try value(&output), !kind.isLeftOutWhenNegative || value >= 0 else { return }
        output.append(series, value)
    }

    /// The number; nil where it cannot be read now.
    func value(_ output: inout CollectorOutput) throws(CollectorError) -> Double? {
        let bytes: UnsafeRawBufferPointer
        do throws(SystemError) { bytes = try file.read(into: output.buffer) } catch {
            if error.isPermissionDenied { output.remarkRefusal(file.path) }
            return nil
        }
        do throws(DamagedText) {
            return try Self.parse(bytes, kind.form).map { $0 * kind.factor / kind.divisor }
        } catch {
            if kind.isTextLeftOut { return nil }
            throw CollectorError(error, file.path)
        }
    }

    static func parse(_ bytes: UnsafeRawBufferPointer, _ form: Form) throws(DamagedText) -> Double? {
        var cursor = ByteCursor(bytes)
        let value: Double?
        switch form {
        case .decimal: value = try cursor.number()
        case .hexadecimal:
            _ = cursor.take("0x")
            value = Double(try cursor.hexadecimal())
        case .fraction: value = try cursor.decimal()
        case .equals(let text):
            value = cursor.take(text) && cursor.isAtLineEnd ? 1 : 0
            return value
        case .custom(let read): return try read(&cursor)
        }
        cursor.skipSpaces()
        guard cursor.isAtLineEnd else { throw cursor.damage("the line's end") }
        return value
    }
}

extension [NumberFile] {
    /// Gives all that can be read; the first error is thrown after that.
    func give(_ output: inout CollectorOutput) throws(CollectorError) {
        var failure: CollectorError?
        for file in self {
            do throws(CollectorError) { try file.give(&output) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// Closes them until they are read again: for devices of which there may be more than descriptors to keep.
    func close() {
        for file in self { file.file.close() }
    }

    /// The files of one device that it has.
    init(_ kinds: [NumberFile.Kind], in directory: String, _ labelValues: [String], _ output: inout CollectorOutput) {
        self = []
        for kind in kinds {
            if let file = NumberFile(kind, in: directory, labelValues, &output) { append(file) }
        }
    }
}
