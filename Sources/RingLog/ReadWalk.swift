/// How far one `read` has come.
struct ReadWalk {
    var next: RecordNumber
    let limit: RecordNumber
    var byteLimit: Int
    var isDone = false

    mutating func visit(
        _ header: RecordHeader, _ payload: UnsafeRawBufferPointer,
        _ body: (RecordHeader, UnsafeRawBufferPointer) -> Bool
    ) {
        guard header.number >= next, !header.flags.contains(.carried) else { return }
        guard header.number <= limit else {
            isDone = true
            next = limit + 1
            return
        }
        let goesOn = body(header, payload)
        next = header.number + 1
        byteLimit -= min(byteLimit, header.byteCount)
        if !goesOn || byteLimit == 0 { isDone = true }
    }
}
