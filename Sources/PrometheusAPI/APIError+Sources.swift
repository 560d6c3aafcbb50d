internal import LabelMatching
internal import PromQL

extension APIError {
    init(_ error: QueryError) {
        switch error {
        case .parse, .unsuitable: self = .invalid("query", error.description)
        case .execution, .tooManySamples, .tooMuchMemory: self.init(.execution, error.description)
        case .timedOut: self.init(.timeout, error.description)
        case .cancelled: self.init(.canceled, error.description)
        case .storage: self.init(.internalError, error.description)
        }
    }

    init(_ error: SourceError) {
        switch error {
        case .tooManySamples(let limit): self.init(.execution, "more than \(limit) samples")
        case .cancelled: self.init(.canceled, "canceled")
        case .storage(let message): self.init(.internalError, message)
        }
    }
}
