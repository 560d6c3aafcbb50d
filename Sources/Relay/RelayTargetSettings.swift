package import Shipping

/// How one target is sent what its ring holds.
package struct RelayTargetSettings: Sendable {
    package var protocolChoice: ProtocolChoice
    package var filter: SeriesFilter
    /// Stands for `filter` in the checksum of what is sent, so that a changed one is not taken for the same content.
    package var filterText: String
    /// What a body may decompress to, and what may be made of it.
    package var messageByteLimit = 32 << 20
    package var outgoingByteLimit = 128 << 20
    /// How often the ring is looked at while there is nothing to send.
    package var roundNanoseconds: Int64 = 100_000_000
    /// How long after a read that failed the ring is asked again.
    package var rereadNanoseconds: Int64 = 1_000_000_000

    package init(protocolChoice: ProtocolChoice = .auto, filter: SeriesFilter = SeriesFilter(), filterText: String = "")
    {
        self.protocolChoice = protocolChoice
        self.filter = filter
        self.filterText = filterText
    }
}
