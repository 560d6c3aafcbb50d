/// A type that reads itself from one section (a YAML map) of a settings file.
///
/// The initialiser asks `section` for each of its keys and keeps what it is given: a problem is recorded by the
/// accessor, which then answers the default, so that all problems of a file come out in one go. Keys the initialiser
/// never asks for are unknown and reported by the caller. Every key must be asked for on every path through it.
package protocol SettingsReadable {
    init(from section: SettingsSection)
}
