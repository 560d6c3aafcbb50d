internal import CLinux
internal import Glibc

/// What is the answer to one request among the datagrams that come; pure, so that tests can play the kernel.
struct NetlinkReply {
    enum Outcome: Hashable {
        /// More datagrams are to come.
        case unfinished
        case finished
        /// The kernel says that it does not do it.
        case refused(errorNumber: Int32)
    }

    let sequence: UInt32
    /// Whether what was told changed while it was told, so that some of it may be missing or come twice.
    private(set) var isInterrupted = false

    init(sequence: UInt32) {
        self.sequence = sequence
    }

    /// Takes a datagram: moves the messages that tell something to its front, and answers how many bytes they are. Those
    /// of another request, and those about the answer itself, are left out.
    mutating func take(
        _ datagram: UnsafeMutableRawBufferPointer
    ) throws(DamagedNetlink) -> (keptByteCount: Int, outcome: Outcome) {
        var messages = NetlinkMessages(UnsafeRawBufferPointer(datagram))
        var kept = 0
        while let message = try messages.next() {
            guard message.sequence == sequence else { continue }
            if message.flags & UInt16(NLM_F_DUMP_INTR) != 0 { isInterrupted = true }
            switch Int32(message.type) {
            case NLMSG_NOOP: continue
            case NLMSG_OVERRUN: return (kept, .refused(errorNumber: ENOBUFS))
            case NLMSG_ERROR, NLMSG_DONE: return (kept, try Self.ending(message, datagram))
            default: break
            }
            let end = min(NetlinkMessages.aligned(message.range.upperBound), datagram.count)
            let count = end - message.range.lowerBound
            if kept < message.range.lowerBound {
                UnsafeMutableRawBufferPointer(rebasing: datagram[kept..<kept + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: datagram[message.range.lowerBound..<end]))
            }
            kept += count
            if message.flags & UInt16(NLM_F_MULTI) == 0 { return (kept, .finished) }
        }
        return (kept, .unfinished)
    }

    /// An error of 0 says that all is well, as does the end of a dump without one.
    private static func ending(
        _ message: NetlinkMessage, _ datagram: UnsafeMutableRawBufferPointer
    ) throws(DamagedNetlink) -> Outcome {
        guard message.body.count >= 4 else {
            if message.type == UInt16(NLMSG_DONE) { return .finished }
            throw DamagedNetlink(byteOffset: message.body.lowerBound, expected: "an error number")
        }
        let code = datagram.loadUnaligned(fromByteOffset: message.body.lowerBound, as: Int32.self)
        return code == 0 ? .finished : .refused(errorNumber: 0 &- code)
    }
}
