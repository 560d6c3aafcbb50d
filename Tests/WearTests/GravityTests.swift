import Glibc
import Testing

@testable import Wear

@Suite struct GravityTests {
    /// Deterministic noise.
    private func noise(_ index: Int) -> Double { sin(Double(index) * 12.9898) * 0.02 }

    @Test func `a resting machine reads nothing`() throws {
        var filter = GravityFilter()
        for index in 0..<600 {
            filter.add(noise(index), noise(index + 7), 9.81 + noise(index + 13), elapsedSeconds: 0.1)
        }
        let ours = try #require(filter.metersPerSecondSquared)
        #expect(ours < 0.05, "\(ours)")
    }

    @Test(arguments: [(0.0, 0.0, 9.81), (9.81, 0, 0), (5.66, -5.66, 5.66)])
    func `vibration is found however the sensor is mounted`(_ x: Double, _ y: Double, _ z: Double) throws {
        var filter = GravityFilter()
        for index in 0..<1200 {
            let swing = 3 * sin(Double(index) * 2.1)
            filter.add(x, y, z + swing, elapsedSeconds: 0.1)
        }
        let ours = try #require(filter.metersPerSecondSquared)
        #expect(abs(ours - 3 / 2.0.squareRoot()) < 0.1, "\(ours)")
    }

    @Test func `nothing is said before the mean is known`() {
        var filter = GravityFilter()
        for _ in 0..<50 { filter.add(0, 0, 9.81, elapsedSeconds: 0.1) }
        #expect(filter.metersPerSecondSquared == nil)
        filter.add(.nan, 0, 0, elapsedSeconds: 0.1)
        filter.add(.infinity, 1e300, 0, elapsedSeconds: .infinity)
        #expect(filter.metersPerSecondSquared == nil)
    }
}
