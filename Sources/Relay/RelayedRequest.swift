internal import MetricModel
package import RemoteWrite

/// A received request as it is passed on: the body as it came, what its headers said of it, and what it was found to
/// hold.
package struct RelayedRequest: Sendable, Hashable {
    /// Which records of which agent's ring it holds, where an agent sent it.
    package struct Origin: Sendable, Hashable {
        /// What the hub remembers the sender's requests by.
        package let sender: String
        package let records: RecordsHeader

        package init(sender: String, records: RecordsHeader) {
            self.sender = sender
            self.records = records
        }

        package static func == (left: Origin, right: Origin) -> Bool {
            left.records == right.records && left.sender.hasEqualBytes(right.sender)
        }
    }

    package let format: WireFormat
    /// As received, so that a body passed on unchanged keeps its headers; empty where there was none.
    package let contentType: String
    /// Who sent it: the agent's id, else a user's name or an address.
    package let sender: String
    package let origin: Origin?
    /// The hubs it has passed, this one included: the value of `Wayside-Via`.
    package let via: String
    package let receivedUnixMilliseconds: Int64
    package let sampleCount: Int
    package let histogramCount: Int
    package let exemplarCount: Int
    /// Compressed by Snappy.
    package let body: [UInt8]

    package init(
        format: WireFormat, contentType: String, sender: String, origin: Origin?, via: String,
        receivedUnixMilliseconds: Int64, sampleCount: Int, histogramCount: Int, exemplarCount: Int, body: [UInt8]
    ) {
        self.format = format
        self.contentType = contentType
        self.sender = sender
        self.origin = origin
        self.via = via
        self.receivedUnixMilliseconds = receivedUnixMilliseconds
        self.sampleCount = sampleCount
        self.histogramCount = histogramCount
        self.exemplarCount = exemplarCount
        self.body = body
    }

    /// Samples and native histograms: what losses are counted in.
    package var unitCount: Int { sampleCount + histogramCount }
}
