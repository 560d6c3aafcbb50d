internal import Synchronization

/// Columns of day files that were decoded for queries, at most `byteLimit` of them: a dashboard asks for the same ones
/// every few seconds.
///
/// What makes room for another is chosen as by dice, not by age: a query over more than there is room for would
/// otherwise find nothing of what it left there itself. The dice have a fixed seed.
final class ColumnCache<Element: BitwiseCopyable & Sendable>: Sendable {
    private struct Entry {
        let key: ColumnKey
        let column: [Element]
        var byteCount: Int { column.count * MemoryLayout<Element>.stride + 128 }
    }

    private struct State {
        var positions: [ColumnKey: Int] = [:]
        var entries: [Entry] = []
        var byteCount = 0
        var random: UInt64 = 0x9e37_79b9_7f4a_7c15
        var hits: UInt64 = 0
        var misses: UInt64 = 0
    }

    private let byteLimit: Int
    private let state = Mutex(State())

    init(byteLimit: Int) { self.byteLimit = byteLimit }

    func column(_ key: ColumnKey) -> [Element]? {
        state.withLock { state in
            guard let position = state.positions[key] else {
                state.misses += 1
                return nil
            }
            state.hits += 1
            return state.entries[position].column
        }
    }

    /// Keeps the column, unless it is a large part of all there is room for.
    func insert(_ column: [Element], for key: ColumnKey) {
        let entry = Entry(key: key, column: column)
        guard entry.byteCount <= byteLimit / 4 else { return }
        state.withLock { state in
            guard state.positions[key] == nil else { return }
            while state.byteCount + entry.byteCount > byteLimit, !state.entries.isEmpty {
                state.random ^= state.random << 13
                state.random ^= state.random >> 7
                state.random ^= state.random << 17
                Self.remove(at: Int(state.random % UInt64(state.entries.count)), &state)
            }
            state.positions[key] = state.entries.count
            state.entries.append(entry)
            state.byteCount += entry.byteCount
        }
    }

    /// Forgets what is of a file that is no longer there.
    func remove(file: UInt64) {
        state.withLock { state in
            for position in state.entries.indices.reversed() where state.entries[position].key.file == file {
                Self.remove(at: position, &state)
            }
        }
    }

    private static func remove(at position: Int, _ state: inout State) {
        let last = state.entries.count - 1
        state.byteCount -= state.entries[position].byteCount
        state.positions[state.entries[position].key] = nil
        if position < last {
            state.entries.swapAt(position, last)
            state.positions[state.entries[position].key] = position
        }
        state.entries.removeLast()
    }

    /// How much is kept, and how often it was there when asked for, and not.
    var figures: (byteCount: Int, hits: UInt64, misses: UInt64) {
        state.withLock { ($0.byteCount, $0.hits, $0.misses) }
    }
}
