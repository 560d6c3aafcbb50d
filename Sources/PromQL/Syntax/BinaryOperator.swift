/// PromQL's binary operators; raw values are how they are written.
package enum BinaryOperator: String, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case power = "^"
    case arcTangent = "atan2"
    case equal = "=="
    case notEqual = "!="
    case greater = ">"
    case less = "<"
    case greaterOrEqual = ">="
    case lessOrEqual = "<="
    /// Cuts native histograms off above or below a bound; says so and gives nothing for floats.
    case trimUpper = "</"
    case trimLower = ">/"
    case and
    case or
    case unless

    package var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual: true
        default: false
        }
    }

    var isArithmetic: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .modulo, .power: true
        default: false
        }
    }

    package var isTrim: Bool { self == .trimUpper || self == .trimLower }

    package var isSet: Bool { self == .and || self == .or || self == .unless }

    /// How tightly the operator binds, higher binds tighter.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and, .unless: 2
        case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual, .trimUpper, .trimLower: 3
        case .add, .subtract: 4
        case .multiply, .divide, .modulo, .arcTangent: 5
        case .power: 6
        }
    }

    /// What a unary sign binds as: tighter than multiplication, looser than power.
    static let unaryPrecedence = 6
}
