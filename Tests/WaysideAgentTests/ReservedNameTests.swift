import MetricModel
import Testing

@testable import DeviceIntake
@testable import Wear

/// Two modules name families, and a third refuses those names to readings: this holds them together.
@Suite struct ReservedNameTests {
    /// Every family that is said of devices and of the wear of their machines.
    private static let families = [Mirror(reflecting: WearFamilies()), Mirror(reflecting: DeviceFamilies())]
        .flatMap(\.children).compactMap { $0.value as? MetricFamily }

    @Test func `no mapping may give a reading the name of a family that the agent makes`() {
        // What is looked through really is the families.
        #expect(ReservedNameTests.families.count > 35)
        for family in ReservedNameTests.families {
            #expect(throws: MappingError.self, "\(family.name)") {
                try MappedMetric(name: family.name, type: .gauge)
            }
        }
    }

    @Test func `no quantity makes the name of a family that the agent makes`() {
        for family in ReservedNameTests.families where family.name.hasPrefix("sensor_") {
            let words = String(family.name.dropFirst("sensor_".count))
            let made = MetricNames.family(quantity: words, unit: MeasuredUnit(symbol: ""))
            #expect(made == "\(family.name)_reading")
            let counted = MappedMetric(quantity: words, unit: "", type: .counter)
            #expect(counted?.name == "\(family.name)_reading_total")
        }
    }

    @Test(arguments: ["sensor_wear_percentage", "plant_up", "upper_limit", "sensor_anomaly_simulated", "wearable"])
    func `other names are free`(name: String) throws {
        #expect(try MappedMetric(name: name, type: .gauge).name == name)
    }
}
