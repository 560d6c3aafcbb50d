import Glibc
import LinuxSystem

/// The target that the environment names, made once.
private let selected = FuzzTargets.selected()

/// libFuzzer asks for this once, before its first input; with `FUZZ_SEEDS` the target's seed corpus and dictionary are
/// written there and nothing is fuzzed.
@_cdecl("LLVMFuzzerInitialize")
package func initialiseFuzzer(
    _ argumentCount: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
    let type = type(of: selected)
    guard let directory = Machine.environment("FUZZ_SEEDS") else { return 0 }
    do throws(SystemError) {
        try SeedCorpus.write(of: type, to: directory)
        exit(0)
    } catch {
        print("seeds cannot be written: \(error)")
        exit(1)
    }
}

/// One input. Whatever does not hold ends the process, which libFuzzer reports with the input.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
    selected.run(Array(UnsafeBufferPointer(start: bytes, count: byteCount)))
    return 0
}
