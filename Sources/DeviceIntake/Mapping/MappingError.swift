/// What is wrong with a text of a mapping, as a phrase that goes after "key: ".
package struct MappingError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
