/// The four figures of a MODAX vibration reading, in m/s² with gravity in them.
public struct ModaxVibration: Sendable {
    /// Along the board's x axis.
    public var x: Double
    /// Along the board's y axis.
    public var y: Double
    /// Along the board's z axis.
    public var z: Double
    /// The length of the vector of the three.
    public var magnitude: Double

    /// The three axes and their magnitude, as the board sends them.
    public init(x: Double, y: Double, z: Double, magnitude: Double) {
        self.x = x
        self.y = y
        self.z = z
        self.magnitude = magnitude
    }
}
