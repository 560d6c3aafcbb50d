/// The files of a ring's directory, for whoever copies them while the ring is in use.
package enum RingFiles {
    /// Whether a file is in the making: it holds no records yet, and may have another name at any moment.
    package static func isUnfinished(_ name: String) -> Bool { name == RingSlot.unfinishedFileName }
}
