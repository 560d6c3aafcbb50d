/// What a request says of its families beside their samples.
package enum MetadataDetail: Sendable, Hashable {
    case none
    /// The type alone: in every request.
    case type
    /// Type, unit and help: once in a while, for it is most of an unbatched request's bytes.
    case typeUnitHelp
}
