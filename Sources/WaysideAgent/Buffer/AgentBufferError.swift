internal import RingLog

/// What went wrong with an append or a commit, and what is to be done about it.
enum AgentBufferError: Error, CustomStringConvertible {
    /// Nothing was taken: whoever has the samples must keep them or count them as lost.
    case notAppended(RingError)
    /// It is in memory and the next commit tries again: it is not lost, and must not be given a second time.
    case notDurable(RingError)

    /// The directory cannot be had, for a reason that is not the disk's. Everything is in memory.
    case notAttached(String)

    var description: String {
        switch self {
        case .notAppended(let error): "\(error)"
        case .notDurable(let error): "\(error); kept in memory for now"
        case .notAttached(let reason): "\(reason); kept in memory for now"
        }
    }
}
