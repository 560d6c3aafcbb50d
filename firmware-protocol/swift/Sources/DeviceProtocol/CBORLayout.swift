/// Where the parts of a CBOR message lie that are not finished: the counts that are raised as members come.
struct CBORLayout {
    /// How the readings of the run that is being written are kept together.
    enum Form { case plain, places, channels }

    /// Members of the message.
    var memberCount = 0
    /// Decimals of the readings being written; nil before the first.
    var decimals: UInt8?
    /// The head of the map of readings, of the array of quantities or of wear.
    var listHead = 0
    /// Members of that list.
    var listCount = 0
    /// The head of the map of the part that wears.
    var partHead = 0
    /// Members of that map.
    var partCount = 0

    /// The key of the run: its encoded bytes, so that the next reading is known to belong to it.
    var runKey = RunKey()
    /// Where the run's value begins.
    var runStart = 0
    var runCount = 0
    var runForm = Form.plain
}
