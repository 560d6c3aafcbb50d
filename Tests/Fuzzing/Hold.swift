/// Ends the process, with what should have held, where it does not. Not `precondition`, whose message an optimised
/// build leaves out.
func hold(_ condition: Bool, _ what: @autoclosure () -> String) {
    if !condition { fatalError("does not hold: \(what())") }
}

/// The result, or nil where the input was refused, which is the right answer to most inputs.
func attempt<Value, Failure: Error>(_ body: () throws(Failure) -> Value) -> Value? {
    do throws(Failure) { return try body() } catch { return nil }
}

/// The result of what must work, because its input was made by our own encoder.
@discardableResult
func must<Value, Failure: Error>(_ what: String, _ body: () throws(Failure) -> Value) -> Value {
    do throws(Failure) { return try body() } catch { fatalError("does not hold: \(what): \(error)") }
}
