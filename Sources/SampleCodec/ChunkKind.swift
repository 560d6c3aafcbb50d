/// What the values of a chunk are. Number 1 is reserved for native histograms.
package enum ChunkKind: UInt8, Sendable {
    case float = 0
}
