/// Finds the word somebody probably meant.
package enum ClosestWord {
    /// The candidate with the smallest edit distance to `word`, if it is near: at most a third of the letters
    /// differ (always one), hyphens and capitals apart, or else the only one that begins with `word`.
    package static func find(_ word: String, among candidates: [String]) -> String? {
        let wanted = normalised(word)
        guard wanted.count <= 64 else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let letters = normalised(candidate)
            let bound = max(1, max(letters.count, wanted.count) / 3)
            let distance = editDistance(wanted, letters)
            if distance <= bound, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        if let best { return best.word }
        // A word cut short, such as "idle" for "idle_timeout", if only one candidate begins so.
        let longer = candidates.filter { wanted.count >= 3 && normalised($0).starts(with: wanted) }
        return Set(longer).count == 1 ? longer[0] : nil
    }

    private static func normalised(_ word: String) -> [UInt8] {
        word.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    static func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: second.count + 1)
        var last = Array(0...second.count)
        for row in 0..<first.count {
            var current = [row + 1]
            for column in 0..<second.count {
                let isSame = first[row] == second[column]
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[second.count]
    }
}
