import PromQL
import TestValues
import Testing

@testable import PrometheusAPI

@Suite struct NumberWriterTests {
    private func text(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberWriter.byteLimit) { place in
            guard let start = place.baseAddress else { return "" }
            let count = write(start)
            return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        }
    }

    private func text(_ value: Double) -> String { text { NumberWriter.write(value, to: $0) } }

    @Test func whole() {
        #expect(text { NumberWriter.write(Int64.min, to: $0) } == "\(Int64.min)")
        #expect(text { NumberWriter.write(UInt64.max, to: $0) } == "\(UInt64.max)")
        #expect(text { NumberWriter.write(10_000_000_000_000_000_000 as UInt64, to: $0) } == "10000000000000000000")
        #expect(text(0) == "0" && text(-0.0) == "-0" && text(-17) == "-17" && text(1e15) == "1000000000000000")
    }

    @Test func times() {
        #expect(text { NumberWriter.write(time: 1_795_743_150_000, to: $0) } == "1795743150")
        #expect(text { NumberWriter.write(time: 1_795_743_150_007, to: $0) } == "1795743150.007")
        #expect(text { NumberWriter.write(time: -500, to: $0) } == "-0.500")
    }

    @Test(arguments: [
        (0.1, "0.1"), (0.0001, "0.0001"), (-12.5, "-12.5"), (0.001, "0.001"), (123_456_789.25, "123456789.25"),
        (0.30000000000000004, "0.30000000000000004"), (99_999_999_999_999.9, "99999999999999.9"),
        (0.00012345, "0.00012345"), (1e-5, "0.00001"), (.infinity, "+Inf"), (1e21, "1e+21"),
        (999.999999999999, "999.999999999999"),
    ])
    func decimals(_ value: Double, _ wanted: String) {
        #expect(text(value) == wanted)
    }

    /// In the range in which Swift prints the same digits as Go, by which the API's numbers are defined.
    @Test func theFewestDigits() {
        var random = SeededRandom(seed: 20_261_127)
        for _ in 0..<20_000 {
            let decimals = Int.random(in: 0...18, using: &random)
            let digits = Double(
                Int64.random(in: 1...(1 << 52), using: &random) >> Int64.random(in: 0...50, using: &random))
            let power = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
            for value in [digits / power, digits * (1 / power), -(digits / power).nextUp, (digits / power).nextDown]
            where value.magnitude >= 1e-4 && value.magnitude < 1e15 && value.rounded() != value {
                #expect(text(value) == value.description)
            }
        }
    }
}
