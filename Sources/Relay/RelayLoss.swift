internal import RingLog

/// Requests that a target will never get, as it is written into its ring and into the log.
package struct RelayLoss: Sendable, Hashable {
    /// The raw values are the label `reason` of a metric; `number` stands in the record.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The target was away for longer than its buffer lasts.
        case overwritten
        /// The buffer became smaller.
        case resized
        /// The disk takes no writes, and the memory that is kept for that is full.
        case memoryFull = "memory_full"
        /// Their records are damaged.
        case damaged

        var number: UInt8 {
            switch self {
            case .overwritten: 1
            case .resized: 2
            case .memoryFull: 3
            case .damaged: 4
            }
        }

        init(_ reason: OverwrittenRange.Reason) {
            switch reason {
            case .full: self = .overwritten
            case .resized: self = .resized
            case .memoryFull: self = .memoryFull
            }
        }
    }

    package let reason: Reason
    package let firstRecord: UInt64
    package let lastRecord: UInt64
    /// As far as the records could be read before they went: requests, and their samples and native histograms.
    package internal(set) var requests: UInt64 = 0
    package internal(set) var samples: UInt64 = 0
    /// When the first and the last of them were received, in milliseconds since 1970; 0 where that is not known.
    package internal(set) var firstReceived: Int64 = 0
    package internal(set) var lastReceived: Int64 = 0

    init(_ reason: Reason, _ records: ClosedRange<UInt64>) {
        self.reason = reason
        firstRecord = records.lowerBound
        lastRecord = records.upperBound
    }

    mutating func add(_ request: RelayedRequest) {
        firstReceived = requests == 0 ? request.receivedUnixMilliseconds : firstReceived
        lastReceived = request.receivedUnixMilliseconds
        requests += 1
        samples += UInt64(request.unitCount)
    }

    private static let version: UInt8 = 1

    func append(to bytes: inout [UInt8]) {
        bytes.append(RelayLoss.version)
        bytes.append(reason.number)
        for word in [firstRecord, lastRecord, requests, samples] { RelayRecord.append(word, to: &bytes) }
        for time in [firstReceived, lastReceived] { RelayRecord.append(time, to: &bytes) }
    }

    /// Nil where the bytes are no loss of this version.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteFields(bytes)
        guard reader.word(UInt8.self) == RelayLoss.version, let number = reader.word(UInt8.self),
            let reason = Reason.allCases.first(where: { $0.number == number }), let first = reader.word(UInt64.self),
            let last = reader.word(UInt64.self), let requests = reader.word(UInt64.self),
            let samples = reader.word(UInt64.self), let firstReceived = reader.word(Int64.self),
            let lastReceived = reader.word(Int64.self), first <= last
        else { return nil }
        self.init(reason, first...last)
        self.requests = requests
        self.samples = samples
        self.firstReceived = firstReceived
        self.lastReceived = lastReceived
    }
}
