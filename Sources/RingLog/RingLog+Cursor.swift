internal import LinuxSystem

extension RingLog {
    /// Adds a destination whose next record is `next` (the oldest where nil). One that is known already, from the
    /// cursor file, keeps its place.
    package func addDestination(_ name: String, next: RecordNumber? = nil) throws(RingError) {
        if cursors.places[name] != nil { return }
        guard cursors.places.count < settings.destinationLimit, !name.isEmpty,
            name.utf8.count <= RingFormat.destinationNameByteLimit
        else { throw .destinationRefused(name: name, limit: settings.destinationLimit) }
        let through = max(next ?? oldestRecord, 1) - 1
        cursors.places[name] = CursorPage.Place(through: min(through, lastRecord))
        isCursorDirty = true
    }

    /// Forgets a destination that is no longer configured, so that nothing is kept for it.
    package func removeDestination(_ name: String) {
        if cursors.places.removeValue(forKey: name) != nil { isCursorDirty = true }
    }

    /// The destinations there are, sorted by name.
    package var destinations: [String] { cursors.places.keys.sorted() }

    /// Moves a destination's cursor: it needs nothing through `last` any more. Never moves back. In memory until
    /// `writeCursor`.
    package func acknowledge(_ destination: String, through last: RecordNumber) {
        guard var place = cursors.places[destination] else {
            preconditionFailure("\(destination) was not added")
        }
        precondition(last <= lastRecord, "record \(last) was never appended")
        guard last > place.through else { return }
        place.through = last
        cursors.places[destination] = Self.joined(place)
        isCursorDirty = true
        releaseAcknowledged()
    }

    /// Notes that a destination needs nothing of a stretch ahead of its cursor either: live data that was sent before
    /// the backlog. One stretch is kept; it grows where the new one touches it, and is replaced where it does not.
    package func acknowledgeAhead(_ destination: String, _ stretch: ClosedRange<RecordNumber>) {
        guard var place = cursors.places[destination] else {
            preconditionFailure("\(destination) was not added")
        }
        precondition(stretch.upperBound <= lastRecord, "record \(stretch.upperBound) was never appended")
        if place.aheadLast > 0, stretch.lowerBound <= place.aheadLast + 1, stretch.upperBound + 1 >= place.aheadFirst {
            place.aheadFirst = min(place.aheadFirst, stretch.lowerBound)
            place.aheadLast = max(place.aheadLast, stretch.upperBound)
        } else {
            place.aheadFirst = stretch.lowerBound
            place.aheadLast = stretch.upperBound
        }
        cursors.places[destination] = Self.joined(place)
        isCursorDirty = true
    }

    /// A cursor that has reached the stretch ahead goes over it.
    private static func joined(_ place: CursorPage.Place) -> CursorPage.Place {
        guard place.aheadLast > 0, place.through + 1 >= place.aheadFirst else { return place }
        return CursorPage.Place(through: max(place.through, place.aheadLast), attempted: place.attempted)
    }

    /// Notes that a request up to `last` is tried, so that after a restart too no request mixes what may have arrived
    /// with what is new. In memory until `writeCursor`.
    package func noteAttempt(_ destination: String, through last: RecordNumber) {
        guard let place = cursors.places[destination], last > place.attempted else { return }
        cursors.places[destination]?.attempted = last
        isCursorDirty = true
    }

    /// The last record of any request that was tried for a destination, as far as it is known; nil for none.
    package func attempted(of destination: String) -> RecordNumber? {
        guard let place = cursors.places[destination], place.attempted > 0 else { return nil }
        return place.attempted
    }

    /// The last record that a destination has acknowledged, 0 where none; nil for an unknown destination.
    package func cursor(of destination: String) -> RecordNumber? { cursors.places[destination]?.through }

    /// The stretch ahead of its cursor that a destination has acknowledged, or nil.
    package func stretchAhead(of destination: String) -> ClosedRange<RecordNumber>? {
        guard let place = cursors.places[destination], place.aheadLast > 0 else { return nil }
        return place.aheadFirst...place.aheadLast
    }

    /// The first record up to `last` that some destination has not acknowledged, or nil.
    func firstUnacknowledged(through last: RecordNumber) -> RecordNumber? {
        guard let through = cursors.places.values.map(\.through).min(), through < last else { return nil }
        return through + 1
    }

    /// Those that wait for something up to `last`, which is about to go, are not written beyond where they stand now.
    func holdCursors(behind last: RecordNumber) {
        for (name, place) in cursors.places where place.through < last {
            heldCursors[name] = min(heldCursors[name] ?? place.through, place.through)
        }
    }

    /// Where all that went is written down, cursors may pass it.
    func releaseCursors() {
        guard unrecorded.all.isEmpty, !heldCursors.isEmpty else { return }
        heldCursors = [:]
        isCursorDirty = true
    }

    /// The cursors as they may be written now.
    private var writableCursors: CursorPage {
        var page = cursors
        for (name, held) in heldCursors {
            if let place = page.places[name], place.through > held { page.places[name]?.through = held }
        }
        return page
    }

    /// Makes the cursors durable, if they have moved. Losing them costs duplicates only, so this may be called seldom:
    /// every few seconds and at the end. After an error the next call writes to another page.
    package func writeCursor() throws(RingError) {
        guard isCursorDirty else { return }
        if isDetached, let commitFailure { throw commitFailure }
        cursors.generation += 1
        do throws(SystemError) {
            let file = try openCursorFile()
            let index = Int(cursors.generation % UInt64(RingFormat.cursorPageCount))
            let page = writableCursors.page()
            try Self.write(page[...], to: file, at: index * RingFormat.pageByteCount)
            try file.synchronise()
            statistics.writtenByteCount += UInt64(page.count)
            statistics.synchroniseCount += 1
            statistics.cursorWriteCount += 1
        } catch {
            statistics.diskFailureCount += 1
            cursorFile = nil
            throw .disk(error)
        }
        isCursorDirty = false
    }

    private func openCursorFile() throws(SystemError) -> Disk.File {
        if let cursorFile { return cursorFile }
        let file: Disk.File
        if try disk.list().contains(RingFormat.cursorFileName) {
            file = try disk.open(RingFormat.cursorFileName)
        } else {
            file = try disk.create(RingFormat.cursorFileName)
            let zeros = [UInt8](repeating: 0, count: RingFormat.cursorPageCount * RingFormat.pageByteCount)
            try Self.write(zeros[...], to: file, at: 0)
            try file.synchronise()
            try disk.synchroniseNames()
        }
        cursorFile = file
        return file
    }
}
