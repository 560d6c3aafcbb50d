internal import Glibc

/// What binary operators do with two numbers.
enum BinaryArithmetic {
    /// The result of an arithmetic operator.
    @inline(__always)
    static func value(_ operation: BinaryOperator, _ left: Double, _ right: Double) -> Double {
        switch operation {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        case .modulo: fmod(left, right)
        case .power: pow(left, right)
        case .arcTangent: atan2(left, right)
        default: holds(operation, left, right) ? 1 : 0
        }
    }

    /// Whether a comparison holds.
    @inline(__always)
    static func holds(_ operation: BinaryOperator, _ left: Double, _ right: Double) -> Bool {
        switch operation {
        case .equal: left == right
        case .notEqual: left != right
        case .greater: left > right
        case .less: left < right
        case .greaterOrEqual: left >= right
        case .lessOrEqual: left <= right
        default: preconditionFailure("\(operation.rawValue) is not a comparison")
        }
    }
}
