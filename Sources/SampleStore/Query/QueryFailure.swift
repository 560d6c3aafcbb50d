internal import LabelMatching

/// Why a query ended without an answer.
enum QueryFailure: Error {
    case tooManySamples(limit: Int)
    case cancelled
    case source(SourceError)
    case store(StoreError)

    var sourceError: SourceError {
        switch self {
        case .tooManySamples(let limit): .tooManySamples(limit: limit)
        case .cancelled: .cancelled
        case .source(let error): error
        case .store(let error): .storage("\(error)")
        }
    }
}
