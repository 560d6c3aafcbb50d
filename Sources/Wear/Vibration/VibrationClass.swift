/// Which limits of vibration severity hold for a machine: ISO 20816-3 (which has the tables of ISO 10816-3) for 15 kW and
/// more, the general classes of ISO 10816-1 for others.
package enum VibrationClass: String, CaseIterable, Sendable {
    /// ISO 20816-3, group 1: above 300 kW, or a shaft height of 315 mm and more.
    case group1Rigid = "group1_rigid"
    case group1Flexible = "group1_flexible"
    /// ISO 20816-3, group 2: 15 to 300 kW, shaft height 160 to 315 mm.
    case group2Rigid = "group2_rigid"
    case group2Flexible = "group2_flexible"
    /// ISO 10816-1, class I: small machines, motors up to 15 kW.
    case class1
    /// Class II: 15 to 75 kW without a foundation of their own.
    case class2
    /// Class III: large, on rigid foundations.
    case class3
    /// Class IV: large, on soft foundations.
    case class4

    /// Where zone A ends, B ends and C ends, in mm/s RMS, 10 to 1,000 Hz.
    package var limitsMillimetersPerSecond: (ab: Double, bc: Double, cd: Double) {
        switch self {
        case .group1Rigid: (2.3, 4.5, 7.1)
        case .group1Flexible: (3.5, 7.1, 11.0)
        case .group2Rigid: (1.4, 2.8, 4.5)
        case .group2Flexible: (2.3, 4.5, 7.1)
        case .class1: (0.71, 1.8, 4.5)
        case .class2: (1.12, 2.8, 7.1)
        case .class3: (1.8, 4.5, 11.2)
        case .class4: (2.8, 7.1, 18)
        }
    }

    /// 0 to 3 for the zones A (new), B (fit for long operation), C (not for long), D (damage). A limit itself is still of
    /// the better zone. Takes metres per second, as the readings are.
    package func zone(metersPerSecond: Double) -> Int {
        // Through the decimal that was sent: 0.0045 m/s is 4.5 mm/s, whatever binary makes of it.
        let speed = (min(abs(metersPerSecond), 1e6) * 1e9).rounded() / 1e6
        let limits = limitsMillimetersPerSecond
        if speed <= limits.ab { return 0 }
        if speed <= limits.bc { return 1 }
        return speed <= limits.cd ? 2 : 3
    }
}
