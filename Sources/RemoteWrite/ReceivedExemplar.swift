internal import MetricModel

/// An exemplar as a message has it, before its series is known to be valid.
struct ReceivedExemplar {
    /// Nil where a rule is broken.
    private(set) var labels: [Label]? = []
    var unixMilliseconds: Int64 = 0
    var valueBits: UInt64 = 0
    /// How many characters names and values have together; more than 128 are refused, as OpenMetrics 1.0 and Prometheus
    /// do.
    private var characterCount = 0
    private static let characterLimit = 128
    /// What so many characters may take. Nothing longer is copied to be counted: in 2.0 a long symbol is easily named.
    static let byteLimit = 4 * characterLimit

    mutating func refuse() { labels = nil }

    mutating func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        guard labels != nil else { return }
        guard name.count + value.count <= Self.byteLimit else { return refuse() }
        guard let name = String(validating: name, as: UTF8.self), let value = String(validating: value, as: UTF8.self),
            !name.isEmpty, labels?.contains(where: { $0.name == name }) == false
        else { return refuse() }
        characterCount += name.unicodeScalars.count + value.unicodeScalars.count
        guard characterCount <= Self.characterLimit else { return refuse() }
        labels?.append(Label(name, value))
    }
}
