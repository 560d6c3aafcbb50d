/// Why a running query should stop.
package enum QueryInterruption: Sendable {
    case timedOut
    case cancelled
}
