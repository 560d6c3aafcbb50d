/// Why a declaration of wear cannot be used.
package enum DeclarationProblem: Error, Hashable, CustomStringConvertible {
    case component(String)
    case unknownModel(String)
    case unknownParameter(String, model: String)
    case missingParameter(String, model: String)
    case outOfRange(String, value: Double, range: ClosedRange<Double>)
    case missingQuantity(model: String)
    /// Parameters that contradict each other, in a sentence.
    case contradiction(String)
    case tooLong

    package var description: String {
        switch self {
        case .component(let name):
            "\"\(name)\" does not name a component: letters, digits and _ - . :, at most "
                + "\(WearDeclaration.componentByteLimit)"
        case .unknownModel(let name):
            "no wear model is called \"\(name)\"; there are "
                + WearModelKind.allCases.map(\.rawValue).joined(separator: ", ")
        case .unknownParameter(let name, let model): "the model \(model) has no parameter \"\(name)\""
        case .missingParameter(let name, let model): "the model \(model) needs \(name)"
        case .outOfRange(let name, let value, let range):
            "\(name) is \(value), not within \(range.lowerBound)–\(range.upperBound)"
        case .missingQuantity(let model): "the model \(model) needs a quantity, the reading it goes by"
        case .contradiction(let text): text
        case .tooLong: "a name in it is too long, or it has more than \(WearDeclaration.parameterLimit) parameters"
        }
    }
}
