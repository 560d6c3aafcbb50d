internal import LinuxSystem

/// Asks one service on a bus, over a connection that is kept between runs and made anew after any failure.
final class BusClient {
    /// Where the bus is, for errors.
    let address: String
    private let destination: StaticString
    private let runMilliseconds: Int
    private let inbox = BusInbox()
    private var connection: BusConnection?
    private var deadline: BusDeadline
    /// Whether the connection is of an earlier run and was not used in this one: the bus may have been restarted since.
    private var isUntried = false
    /// How many connections were made.
    private(set) var connectionCount = 0

    /// `timeoutMilliseconds` is how long a collector may take. A run ends well before that, so that it is the bus that is
    /// named for it.
    init(address: String, destination: StaticString, timeoutMilliseconds: Int) {
        self.address = address
        self.destination = destination
        runMilliseconds = max(1, timeoutMilliseconds * 3 / 5)
        deadline = BusDeadline(milliseconds: runMilliseconds)
    }

    /// Starts a run.
    func begin() {
        deadline = BusDeadline(milliseconds: runMilliseconds)
        isUntried = connection != nil
    }

    /// Makes `count` calls and hands over each answer with the number of its call. Where the bus has gone since the last
    /// run, it is asked again over a new connection, so `answer` may get the same call twice.
    func exchange(
        _ count: Int, call: (Int) -> BusCall, answer: (Int, BusMessage) throws(BusError) -> Void
    ) throws(BusError) {
        do throws(BusError) {
            let connection = try connected()
            try connection.exchange(count, deadline, call: call, answer: answer)
        } catch {
            connection = nil
            guard isUntried, error.isDisconnected else { throw error }
            isUntried = false
            return try exchange(count, call: call, answer: answer)
        }
        isUntried = false
    }

    private func connected() throws(BusError) -> BusConnection {
        if let connection { return connection }
        let made = try BusConnection(
            to: BusAddress.places(address), destination: destination,
            socketTimeoutMilliseconds: max(1, runMilliseconds / 3), inbox: inbox, deadline: deadline)
        connection = made
        connectionCount += 1
        return made
    }
}
