/// Whether `bytes` are well-formed UTF-8 (Unicode, table 3-7), by the standard library's parser: making a string of them
/// would tell too, but on the heap.
func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    while true {
        switch parser.parseScalar(from: &iterator) {
        case .valid: continue
        case .error: return false
        case .emptyInput: return true
        }
    }
}
