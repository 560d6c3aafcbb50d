internal import LabelMatching

extension QueryError {
    package init(_ reason: QueryInterruption) {
        switch reason {
        case .timedOut: self = .timedOut
        case .cancelled: self = .cancelled
        }
    }

    init(_ error: SourceError, sampleLimit: Int) {
        switch error {
        case .tooManySamples: self = .tooManySamples(limit: sampleLimit)
        case .cancelled: self = .cancelled
        case .storage(let message): self = .storage(message)
        }
    }
}
