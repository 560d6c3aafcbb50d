/// What became of a text that must not be shown: a value, or what is wrong with it in words that do not repeat it.
package enum SecretReading<Value> {
    case value(Value)
    case problem(String)
}
