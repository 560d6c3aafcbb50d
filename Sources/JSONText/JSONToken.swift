/// What the reader found next.
package enum JSONToken {
    case beginObject
    case endObject
    case beginArray
    case endArray
    /// A member's name; its value comes next.
    case key(JSONString)
    case string(JSONString)
    case number(JSONNumber)
    case bool(Bool)
    case null
    /// The text is complete. Asked again, the reader says so again.
    case end
}
