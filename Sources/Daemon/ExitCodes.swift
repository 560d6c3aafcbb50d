/// How both programs end: 0 fine, 1 runtime failure, 2 usage or settings.
package enum ExitCodes {
    package static let runtimeFailure: Int32 = 1
    package static let badSettings: Int32 = 2
}
