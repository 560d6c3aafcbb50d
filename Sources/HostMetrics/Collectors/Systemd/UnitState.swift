/// The states of units that node_exporter gives for each. systemd has more (`reloading`, `maintenance`, `refreshing`): a
/// unit in one of these is in none of them.
enum UnitState: Int, CaseIterable {
    case active
    case activating
    case deactivating
    case inactive
    case failed

    /// All of them, in the order of their numbers; `allCases` makes an array each time.
    static let all = allCases

    var text: StaticString {
        switch self {
        case .active: "active"
        case .activating: "activating"
        case .deactivating: "deactivating"
        case .inactive: "inactive"
        case .failed: "failed"
        }
    }

    init?(_ text: UnsafeRawBufferPointer) {
        for state in Self.all where text.elementsEqual(state.text.rawBytes) {
            self = state
            return
        }
        return nil
    }
}
