/// What a number of simulated histories came to.
struct SimulationSummary: CustomStringConvertible {
    var seeds = 0
    var operations = 0
    var kills = 0
    var powerCuts = 0
    var stops = 0
    var diskFaults = 0
    var bitFlips = 0
    var networkFaults = 0
    var requests = 0
    var divisions = 0
    var samplesGiven = 0
    var samplesDelivered = 0
    var gaps = 0
    var samplesInGaps = 0
    var samplesRefused = 0
    var violations = 0

    mutating func add(_ other: SimulationSummary) {
        seeds += other.seeds
        operations += other.operations
        kills += other.kills
        powerCuts += other.powerCuts
        stops += other.stops
        diskFaults += other.diskFaults
        bitFlips += other.bitFlips
        networkFaults += other.networkFaults
        requests += other.requests
        divisions += other.divisions
        samplesGiven += other.samplesGiven
        samplesDelivered += other.samplesDelivered
        gaps += other.gaps
        samplesInGaps += other.samplesInGaps
        samplesRefused += other.samplesRefused
        violations += other.violations
    }

    var description: String {
        "\(seeds) seeds, \(operations) operations, \(kills) kills, \(powerCuts) power cuts, \(stops) clean stops, "
            + "\(diskFaults) disk faults, \(bitFlips) flipped bits, \(networkFaults) network faults, "
            + "\(requests) requests, \(divisions) times live data first, \(samplesGiven) samples given, \(samplesDelivered) delivered, "
            + "\(gaps) gaps of \(samplesInGaps) samples, \(samplesRefused) refused by receivers, \(violations) violations"
    }
}
