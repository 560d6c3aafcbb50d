import Glibc
import LinuxSystem

/// The list of all targets.
enum FuzzTargets {
    static let all: [any FuzzTarget.Type] = [
        RingTarget.self, SamplesRecordTarget.self, SmallRecordTarget.self, SnappyTarget.self,
        WriteRequest1Target.self, WriteRequest2Target.self, RewriteTarget.self, IntakeTarget.self,
        IntakeStateTarget.self,
        DeviceCBORTarget.self, DeviceJSONTarget.self,
        WearStateTarget.self,
        JSONTarget.self, ExpositionTarget.self, SettingsTarget.self, HTTPTextTarget.self, GzipTarget.self,
        ChunkTarget.self, ChunkSamplesTarget.self, QueryTarget.self, EvaluationTarget.self, HostTarget.self,
        ModaxTarget.self,
        MappingTarget.self, ReadChunksTarget.self, ReadRequestTarget.self, HistoryTextTarget.self,
    ]

    /// The target that `FUZZ_TARGET` names; ends the process with the list where it names none.
    static func selected() -> any FuzzTarget {
        let name = Machine.environment("FUZZ_TARGET") ?? ""
        guard let type = all.first(where: { $0.name == name }) else {
            for type in all { print(type.name) }
            exit(name.isEmpty ? 0 : 2)
        }
        return type.init()
    }
}
