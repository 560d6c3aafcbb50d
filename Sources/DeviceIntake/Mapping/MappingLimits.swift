/// The limits of mappings; settings beyond them are refused when they are read.
package enum MappingLimits {
    /// Entries of `devices.mappings`.
    package static let mappingLimit = 64
    /// Readings of one entry.
    package static let readingLimit = 128
    /// Levels of a topic.
    package static let levelLimit = 16
    /// Steps of a path.
    package static let stepLimit = 8
    /// Nodes of the tree that an entry's paths make: stars that overlap multiply.
    package static let nodeLimit = 2048
    /// Words of a reading's map, of a condition, of a status.
    package static let wordLimit = 64
    /// Arrays and objects inside each other in a payload. Hubs nest their descriptions deeper than the protocol does.
    static let depthLimit = 32
    /// Readings that one message may give: a star may stand for many.
    static let messageReadingLimit = 256
}
