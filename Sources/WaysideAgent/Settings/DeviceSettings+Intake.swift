internal import Daemon
internal import DeviceIntake

extension DeviceSettings {
    /// The intake's own settings, for the profiles that any broker is asked for.
    func intake(_ brokers: [BrokerSettings]) -> DeviceIntakeSettings {
        var intake = DeviceIntakeSettings()
        intake.profiles = Set(
            brokers.flatMap(\.profiles).compactMap { profile in
                switch profile {
                case .wayside: DeviceProfile.wayside
                case .modax: DeviceProfile.modax
                case .broker: nil
                }
            })
        intake.mappings = mappings
        intake.deviceLimit = limit
        intake.seriesPerDeviceLimit = seriesPerDevice
        intake.familyLimit = families
        intake.payloadByteLimit = payloadLimit
        intake.messageRatePerSecond = messageRate
        intake.messageBurst = messageBurst
        intake.staleAfterIntervals = staleAfterIntervals
        intake.staleAfterMinimumMilliseconds = staleAfterMinimum.milliseconds
        intake.forgetAfterMilliseconds = forgetAfter.milliseconds
        // A device alone on a session may have this many messages redelivered.
        intake.redeliveryWindow = max(intake.redeliveryWindow, brokers.map(\.receiveMaximum).max() ?? 0)
        return intake
    }
}
