/// What came of running a vector.
enum VectorResult {
    case passed
    /// What was not as the vector has it.
    case failed(StaticString)
}
