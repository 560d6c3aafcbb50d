/// The paths of a mapping as one tree, so that one pass over a JSON text finds all of them.
///
/// Stars are worked in when the tree is made: where a name is both written out and covered by stars, its node has what
/// all of them lead to. So each member leads to one node at most, and no two branches are ever followed at a time.
struct MappingTree: Sendable {
    /// What is done with the value at a path's end.
    enum Action: Sendable, Equatable {
        case reading(Int)
        case time
        case uptime
        case bootID
        case sequence
        case interval
        case status
        case deviceID
        case condition(Int)
    }

    /// What a star stands for: the name or number at a depth, without so many bytes at its beginning.
    struct Star: Sendable, Equatable {
        var depth: Int
        var prefixCount: Int
    }

    struct Target: Sendable {
        var action: Action
        var stars: [Star]
    }

    struct Edge: Sendable {
        enum Kind: Sendable, Equatable {
            case member
            /// All names that begin so. Those with more bytes come first.
            case members
            case element
            case elements
        }

        var kind: Kind
        /// The name, or what it begins with, in `names`.
        var name: Range<Int>
        var element: Int
        var node: Int
    }

    struct Node: Sendable {
        var edges: Range<Int> = 0..<0
        var targets: Range<Int> = 0..<0
    }

    private(set) var nodes: [Node] = []
    private(set) var edges: [Edge] = []
    private(set) var targets: [Target] = []
    private(set) var names: [UInt8] = []

    /// A path under way to its action.
    private struct Item {
        var steps: ArraySlice<MappingPath.Step>
        var action: Action
        var stars: [Star] = []
    }

    static let root = 0

    init(_ paths: [(path: MappingPath, action: Action)]) throws(MappingError) {
        _ = try add(paths.map { Item(steps: $0.path.steps[...], action: $0.action) }, depth: 0)
    }

    /// The child for a member; nil where no path goes there.
    func child(of node: Int, member name: UnsafeRawBufferPointer) -> Int? {
        for index in nodes[node].edges {
            let count = edges[index].name.count
            switch edges[index].kind {
            case .member where name.count == count: break
            case .members where name.count >= count: break
            default: continue
            }
            if starts(name, with: edges[index].name) { return edges[index].node }
        }
        return nil
    }

    /// The child for an element; nil where no path goes there.
    func child(of node: Int, element: Int) -> Int? {
        for index in nodes[node].edges {
            switch edges[index].kind {
            case .element where edges[index].element == element: return edges[index].node
            case .elements: return edges[index].node
            default: continue
            }
        }
        return nil
    }

    private func starts(_ name: UnsafeRawBufferPointer, with range: Range<Int>) -> Bool {
        var position = 0
        for index in range {
            guard name[position] == names[index] else { return false }
            position += 1
        }
        return true
    }

    /// Adds the node at which these items are, and all below it; returns its place.
    private mutating func add(_ items: [Item], depth: Int) throws(MappingError) -> Int {
        guard nodes.count < MappingLimits.nodeLimit else {
            throw MappingError("too many stars in paths that overlap; write some of their names out")
        }
        let place = nodes.count
        nodes.append(Node())
        let firstTarget = targets.count
        for item in items where item.steps.isEmpty {
            targets.append(Target(action: item.action, stars: item.stars))
        }
        nodes[place].targets = firstTarget..<targets.count
        var added: [Edge] = []
        for step in MappingTree.distinctSteps(items) {
            let below = MappingTree.items(items, behind: step, depth)
            added.append(edge(step, to: try add(below, depth: depth + 1)))
        }
        // An object's members are looked for in this order: a name, then the longest beginning, then any.
        added.sort { left, right in
            let order = (MappingTree.rank(left.kind), MappingTree.rank(right.kind))
            return order.0 != order.1 ? order.0 < order.1 : left.name.count > right.name.count
        }
        let firstEdge = edges.count
        edges += added
        nodes[place].edges = firstEdge..<edges.count
        return place
    }

    private static func rank(_ kind: Edge.Kind) -> Int {
        switch kind {
        case .member, .element: 0
        case .members, .elements: 1
        }
    }

    private mutating func edge(_ step: MappingPath.Step, to node: Int) -> Edge {
        let start = names.count
        var edge = Edge(kind: .elements, name: start..<start, element: 0, node: node)
        switch step {
        case .member(let name):
            names += name
            edge.kind = .member
        case .members(let prefix):
            names += prefix
            edge.kind = .members
        case .element(let number):
            edge.kind = .element
            edge.element = number
        case .elements: break
        }
        edge.name = start..<names.count
        return edge
    }

    private static func distinctSteps(_ items: [Item]) -> [MappingPath.Step] {
        var steps: [MappingPath.Step] = []
        for item in items {
            if let step = item.steps.first, !steps.contains(step) { steps.append(step) }
        }
        return steps
    }

    /// The items that go on behind an edge: those with its step, and those whose star covers it.
    private static func items(_ items: [Item], behind step: MappingPath.Step, _ depth: Int) -> [Item] {
        var below: [Item] = []
        for item in items {
            guard let own = item.steps.first, covers(own, step) else { continue }
            var next = item
            next.steps = item.steps.dropFirst()
            switch own {
            case .members(let prefix): next.stars.append(Star(depth: depth, prefixCount: prefix.count))
            case .elements: next.stars.append(Star(depth: depth, prefixCount: 0))
            case .member, .element: break
            }
            below.append(next)
        }
        return below
    }

    private static func covers(_ own: MappingPath.Step, _ step: MappingPath.Step) -> Bool {
        switch (own, step) {
        case (.members(let prefix), .member(let name)): name.starts(with: prefix)
        case (.members(let prefix), .members(let longer)): longer.starts(with: prefix)
        case (.elements, .element), (.elements, .elements): true
        default: own == step
        }
    }
}
