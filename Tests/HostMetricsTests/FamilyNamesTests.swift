import MetricModel
import Testing

@testable import HostMetrics

@Suite struct FamilyNamesTests {
    private static func family(_ name: String, _ type: MetricType = .gauge, _ labels: [String] = []) -> MetricFamily {
        MetricFamily(name, type, help: "A test's.", labels: labels)
    }

    @Test func whatIsDeclaredTwiceIsOne() {
        var names = FamilyNames()
        let first = Self.family("a")
        #expect(names.first(first) === first && names.first(Self.family("a")) === first)
        // Other labels or another type are another family.
        for other in [Self.family("a", .gauge, ["x"]), Self.family("a", .counter), Self.family("b")] {
            #expect(names.first(other) === other)
        }
    }

    /// Text files may have new names in every run.
    @Test func namesDoNotTakeTheMemory() {
        var names = FamilyNames(limit: 3)
        for number in 0..<10 {
            let family = Self.family("a\(number)")
            #expect(names.first(family) === family && names.first(Self.family("a\(number)")) === family)
            #expect(names.count <= 3)
        }
    }
}
