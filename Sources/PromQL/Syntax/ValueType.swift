/// The four types of PromQL; raw values are the words of the HTTP API.
package enum ValueType: String, Sendable {
    case scalar
    case string
    case vector
    case matrix

    /// The words that messages to users have for a type.
    package var documentedName: String {
        switch self {
        case .scalar: "scalar"
        case .string: "string"
        case .vector: "instant vector"
        case .matrix: "range vector"
        }
    }
}
