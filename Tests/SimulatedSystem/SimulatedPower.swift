/// Whether the machine runs: shared by all its disks, so that a process that ends in the middle of an operation of one
/// does nothing to the others any more.
package final class SimulatedPower {
    package var isOn = true

    package init() {}
}
