import CBoard

/// Runs every vector and says what came of it, a line each; returns how many failed.
///
///     made NAME HEX       what the encoder made of the vector's fields
///     ok NAME             decoded, and encoded where that is to be done, as the vector has it
///     failed NAME: WHAT
///     vectors N failed M
@c(run_vectors)
public func runVectors() -> Int32 {
    let text = UnsafeRawBufferPointer(start: board_text(), count: board_text_count())
    let memory = UnsafeMutableRawBufferPointer(start: board_memory(), count: board_memory_count())
    guard var runner = VectorRunner(dividing: memory) else {
        say("failed: the memory is too small\n")
        return 1
    }
    var offset = 0
    var count: UInt64 = 0
    var failureCount: UInt64 = 0
    while let vector = MessageVector.next(in: text, at: &offset) {
        count += 1
        let result = runner.run(vector)
        if runner.outputCount > 0 {
            say("made ")
            say(vector.name)
            say(" ")
            for index in 0..<runner.outputCount { sayHexadecimal(runner.output[index]) }
            say("\n")
        }
        switch result {
        case .passed:
            say("ok ")
            say(vector.name)
            say("\n")
        case .failed(let what):
            failureCount += 1
            say("failed ")
            say(vector.name)
            say(": ")
            say(what)
            say("\n")
        }
    }
    say("vectors ")
    say(count)
    say(" failed ")
    say(failureCount)
    say("\n")
    return count > 0 && failureCount == 0 ? 0 : 1
}

private func say(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { board_put(text.utf8Start[index]) }
}

private func say(_ text: UnsafeRawBufferPointer) {
    for byte in text { board_put(byte) }
}

private func say(_ number: UInt64) {
    if number >= 10 { say(number / 10) }
    board_put(0x30 + UInt8(truncatingIfNeeded: number % 10))
}

private func sayHexadecimal(_ byte: UInt8) {
    sayDigit(byte >> 4)
    sayDigit(byte & 15)
}

private func sayDigit(_ digit: UInt8) { board_put(digit < 10 ? 0x30 + digit : 0x57 + digit) }
