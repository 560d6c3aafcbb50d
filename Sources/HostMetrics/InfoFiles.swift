internal import LinuxSystem
internal import MetricModel

/// A series of value 1 whose label values stand in files of /sys, and that is another one when they change.
struct InfoFiles {
    /// A label's file.
    struct Part {
        let fileName: String
        /// Whether the text begins with `0x`, which the label leaves out.
        var isHexadecimal = false
    }

    private let family: MetricFamily
    private let labelValues: [String]
    private let files: [(file: KeptFile, part: Part)]
    /// The texts the series was made of, each ended by a zero byte.
    private var known: [UInt8] = []
    private var texts: [UInt8] = []
    /// What the files said when they were read last.
    private(set) var values: [String] = []
    private var series: Series?
    private var isMade = false

    /// `labelValues` come before those of the files.
    init(_ family: MetricFamily, _ labelValues: [String], _ parts: [Part], in directory: String) {
        self.family = family
        self.labelValues = labelValues
        files = parts.map { (KeptFile("\(directory)/\($0.fileName)", endsAtShortRead: true), $0) }
    }

    /// Gives the series; a file that is not there or cannot be read is an empty label.
    mutating func give(_ output: inout CollectorOutput) {
        texts.removeAll(keepingCapacity: true)
        for (file, part) in files {
            // Drivers leave files out or answer errors for what they do not know.
            if let bytes = try? file.read(into: output.buffer) { append(bytes, part) }
            texts.append(0)
        }
        if !isMade || texts != known {
            forget(&output)
            known = texts
            values = texts.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
                String(decoding: $0, as: UTF8.self)
            }
            series = output.series(family, labelValues + values)
            isMade = true
        }
        output.append(series, 1)
    }

    /// Gives the series' room back.
    mutating func forget(_ output: inout CollectorOutput) {
        if let series { output.forget([series]) }
        series = nil
        isMade = false
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer, _ part: Part) {
        var text = bytes[...]
        while let first = text.first, first <= 0x20 { text = text.dropFirst() }
        while let last = text.last, last <= 0x20 { text = text.dropLast() }
        if part.isHexadecimal, text.count > 2 { text = text.dropFirst(2) }
        for byte in text where byte != 0 { texts.append(byte) }
    }
}
