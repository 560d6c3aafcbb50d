/// How a read tells that it has come to a file's end without one more read that answers nothing.
package enum FileEnding: Sendable {
    /// For what the kernel writes in one piece (attributes of /sys, /proc files of one record): the read is shorter than
    /// the memory for it.
    case shortRead
    /// For /proc files of many records, none longer than so many bytes. The kernel gathers whole records in a buffer of at
    /// least a page and hands out what fits (`seq_read_iter`), so that a short read says nothing, but one that left room
    /// for a record does. The read that is saved starts the walk over the records again: for /proc/net/udp that is half
    /// of the cost.
    case roomForRecord(ofAtMost: Int)
    /// For records of any length: a read that answers nothing.
    case emptyRead
}
