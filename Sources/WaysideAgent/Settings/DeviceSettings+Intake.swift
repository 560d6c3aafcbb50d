internal import Daemon
internal import DeviceIntake
internal import LinuxSystem
internal import Logging

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
        intake.keys = keys
        intake.isCodeRequired = requireMAC
        // A device alone on a session may have this many messages redelivered.
        intake.redeliveryWindow = max(intake.redeliveryWindow, brokers.map(\.receiveMaximum).max() ?? 0)
        return intake
    }

    /// The topics that brokers are asked for because of mappings, of which several may have one.
    var mappedTopics: [String] {
        mappings.map(\.topicFilter).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Warns where others than the agent's user and group may read the keys: whoever can may speak for the devices.
    func warnOfOpenKeys(_ logger: Logger) {
        guard let keysPath else { return }
        do throws(SystemError) {
            let permissions = try Files.permissions(keysPath)
            guard permissions & 0o007 != 0 else { return }
            logger.warning(
                "everybody on this machine can read or write the devices' keys; chmod 0640 the file",
                metadata: ["file": "\(keysPath)", "mode": "\(String(permissions, radix: 8))"])
        } catch {
            logger.warning("the permissions of the devices' keys are not known", metadata: ["error": "\(error)"])
        }
    }
}
