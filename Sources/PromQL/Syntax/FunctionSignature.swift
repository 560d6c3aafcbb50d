/// What a function takes and gives.
package struct FunctionSignature: Sendable {
    package let arguments: [ValueType]
    /// How many arguments beyond `arguments.count - 1` are allowed: 0 means exactly `arguments`, negative any number.
    package let variadic: Int
    package let result: ValueType
    package let isExperimental: Bool

    init(_ arguments: [ValueType], variadic: Int = 0, _ result: ValueType = .vector, isExperimental: Bool = false) {
        self.arguments = arguments
        self.variadic = variadic
        self.result = result
        self.isExperimental = isExperimental
    }
}
