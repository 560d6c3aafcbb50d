internal import LabelMatching

/// Why a query ended without an answer.
enum QueryFailure: Error {
    case tooManySamples(limit: Int)
    case store(StoreError)

    var sourceError: SourceError {
        switch self {
        case .tooManySamples(let limit): .tooManySamples(limit: limit)
        case .store(let error): .storage("\(error)")
        }
    }
}
