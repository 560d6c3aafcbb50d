internal import MQTTSession

/// The machine that a simulated device watches: two motors under a load that comes and goes, a bearing that vibrates
/// with it, a housing that warms up, a door, and an emergency stop that is pressed now and then.
struct MachineModel {
    private static let gravity = 9.80665

    private(set) var motorCurrents = [0.0, 0.0]
    /// Acceleration in m/s² along x, y, z as a sensor reads it, gravity included.
    private(set) var vibration = (x: 0.0, y: 0.0, z: gravity)
    private(set) var temperatureCelsius: Double
    private(set) var isEmergencyStopPressed = false
    private(set) var isDoorClosed = true

    private var random: SplitMix64
    private var secondsInPhase: Double
    private var isRunning = true
    private var load = 0.0
    private let ratedCurrent: Double

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        ratedCurrent = Double.random(in: 4.5...6, using: &random)
        temperatureCelsius = Double.random(in: 25...40, using: &random)
        secondsInPhase = Double.random(in: 20...90, using: &random)
    }

    var magnitude: Double {
        (vibration.x * vibration.x + vibration.y * vibration.y + vibration.z * vibration.z).squareRoot()
    }
    var isOverloaded: Bool { motorCurrents.contains { $0 > 10 } }
    var isTemperatureOK: Bool { temperatureCelsius < 85 }

    /// Lets time pass; answers whether the emergency stop changed.
    mutating func advance(seconds: Double) -> Bool {
        let wasPressed = isEmergencyStopPressed
        secondsInPhase -= seconds
        if secondsInPhase <= 0 { changePhase() }
        let target = isRunning ? 1.0 : 0.0
        load += (target - load) * min(1, seconds / 1.5)
        for motor in motorCurrents.indices {
            let spike = load > 0.5 && Double.random(in: 0..<1, using: &random) < 0.002 ? 6.0 : 0
            motorCurrents[motor] = max(0, load * ratedCurrent + noise(0.12 * load + 0.02) + spike)
        }
        vibration = (noise(0.2 + load), noise(0.2 + load), Self.gravity + noise(0.2 + 0.8 * load))
        temperatureCelsius += (25 + 38 * load - temperatureCelsius) * min(1, seconds / 600) + noise(0.02)
        return isEmergencyStopPressed != wasPressed
    }

    private mutating func changePhase() {
        if isEmergencyStopPressed {
            isEmergencyStopPressed = false
        } else if isRunning && Double.random(in: 0..<1, using: &random) < 0.2 {
            isEmergencyStopPressed = true
        }
        isRunning = !isRunning && !isEmergencyStopPressed
        isDoorClosed = isRunning || Bool.random(using: &random)
        secondsInPhase =
            isRunning ? Double.random(in: 30...120, using: &random) : Double.random(in: 5...20, using: &random)
    }

    /// A sum of uniform numbers, close enough to a normal one of this standard deviation.
    private mutating func noise(_ deviation: Double) -> Double {
        var sum = 0.0
        for _ in 0..<4 { sum += Double.random(in: -1...1, using: &random) }
        return sum * deviation * 0.866
    }
}
