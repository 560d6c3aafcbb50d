// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Every Swift target is built with the same settings; C++ and system-library targets have none to share.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A library module of `Sources/` with the shared settings.
func module(
    _ name: String, uses dependencies: [Target.Dependency] = [], path: String? = nil, links libraries: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, exclude: documents(of: path ?? "Sources/\(name)"),
        swiftSettings: swiftSettings, linkerSettings: libraries.map { .linkedLibrary($0) })
}

/// An executable of `Sources/` with the shared settings.
func program(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// A test target of `Tests/` with the shared settings.
func tests(_ name: String, uses dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

/// A C library of the distribution, found by pkg-config.
func systemLibrary(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// The documents that a module keeps beside its code, if it does.
func documents(of path: String) -> [String] {
    [
        "COST.md", "COVERAGE.md", "DAYFILES.md", "DELETION.md", "DESIGN.md", "DIFFERENCES.md", "EDGE.md", "FLAGS.md",
        "KERNELS.md", "MODELS.md", "STATE.md", "TIME.md", "Bus/DESIGN.md", "Fleet/FLEET.md", "Transfer/TRANSFER.md",
    ].filter { name in
        FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + path + "/" + name)
    }
}

let package = Package(
    name: "wayside",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // What everything shares.
        module("MetricModel"),
        .systemLibrary(name: "CLinux"),
        // libcrypt-dev, for crypt(3); it comes without a file for pkg-config.
        module("LinuxSystem", uses: ["CLinux"], links: ["crypt"]),
        // The MQTT session.
        systemLibrary("CMosquitto", pkgConfig: "libmosquitto", package: "libmosquitto-dev"),
        module("MQTTSession", uses: ["CMosquitto", "LinuxSystem", "TLSTransport"]),
        // Remote write: the messages, and when to send them.
        systemLibrary("CSnappy", pkgConfig: "snappy", package: "libsnappy-dev"),
        module("RemoteWrite", uses: ["MetricModel", "CSnappy"]),
        module("Shipping", uses: ["MetricModel"]),
        tests(
            "RemoteWriteTests", uses: ["RemoteWrite", "MetricModel", "TestValues"],
            exclude: ["make_golden.py", "post_to_peer.sh"]),
        module("BenchmarkRecording", uses: ["MetricModel"], path: "Tests/Benchmarks/Recording"),
        .executableTarget(
            name: "wire-benchmark", dependencies: ["BenchmarkRecording", "RemoteWrite", "Shipping", "MetricModel"],
            path: "Tests/Benchmarks/Wire", swiftSettings: swiftSettings),
        .executableTarget(
            name: "flash-benchmark",
            dependencies: [
                "BatchRecord", "BenchmarkRecording", "LinuxSystem", "MetricModel", "RingLog", "SimulatedSystem",
                "TestValues",
            ],
            path: "Tests/Benchmarks/Flash", swiftSettings: swiftSettings),
        .executableTarget(
            name: "hub-benchmark", dependencies: ["BenchmarkRecording", "RemoteWrite", "MetricModel"],
            path: "Tests/Benchmarks/Hub", swiftSettings: swiftSettings),
        .executableTarget(
            name: "fleet-benchmark", dependencies: ["BenchmarkRecording", "RemoteWrite", "MetricModel"],
            path: "Tests/Benchmarks/Fleet", swiftSettings: swiftSettings),
        tests("ShippingTests", uses: ["Shipping", "MetricModel", "TestValues"]),
        tests("MQTTSessionTests", uses: ["LinuxSystem", "MQTTSession", "TLSTransport", "TestPeers"]),
        // Simulated devices.
        program(
            "wayside-device",
            uses: [
                "DeviceIntake", "DeviceProtocol", "LinuxSystem", "MQTTSession",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        tests(
            "DeviceProgramTests",
            uses: ["DeviceIntake", "LinuxSystem", "MQTTSession", "MetricModel", "TestPeers", "wayside-device"]),
        // Real peers for tests: processes, ports, brokers.
        module("TestPeers", path: "Tests/TestPeers"),
        // Values for tests: random ones by a seed, bytes of goldens.
        module("TestValues", path: "Tests/TestValues"),
        tests("MetricModelTests", uses: ["MetricModel"]),
        tests("LinuxSystemTests", uses: ["LinuxSystem", "TestPeers", "TestValues"]),
        tests(
            "DaemonTests",
            uses: [
                "Daemon", "JSONText", "LinuxSystem", "MetricModel", .product(name: "Logging", package: "swift-log"),
            ]),
        // The ring on flash.
        .target(name: "CChecksum"),
        module("RingLog", uses: ["LinuxSystem", "CChecksum"]),
        module("BatchRecord", uses: ["MetricModel"]),
        // Queries.
        // libre2-dev; not by pkg-config, whose -pthread SwiftPM warns about and nothing here needs.
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        module("LabelMatching", uses: ["MetricModel", "CRE2"]),
        module("PromQL", uses: ["LabelMatching", "MetricModel"]),
        module("PrometheusAPI", uses: ["Exposition", "PromQL", "LabelMatching", "MetricModel"]),
        tests("LabelMatchingTests", uses: ["LabelMatching", "MetricModel"]),
        // The hub's storage.
        systemLibrary("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
        module("SampleCodec"),
        module(
            "SampleStore",
            uses: ["LinuxSystem", "RingLog", "LabelMatching", "SampleCodec", "MetricModel", "CSQLite"]),
        .executableTarget(
            name: "codec-benchmark", dependencies: ["BenchmarkRecording", "MetricModel", "SampleCodec"],
            path: "Tests/Benchmarks/Codec", swiftSettings: swiftSettings),
        .executableTarget(
            name: "day-benchmark", dependencies: ["BenchmarkRecording", "MetricModel", "SampleStore"],
            path: "Tests/Benchmarks/Day", swiftSettings: swiftSettings),
        tests("SampleCodecTests", uses: ["SampleCodec", "TestValues"], exclude: ["chunk_oracle.py"]),
        tests(
            "SampleStoreTests",
            uses: [
                "SampleStore", "SampleCodec", "MetricModel", "LabelMatching", "LinuxSystem", "TestValues", "CSQLite",
            ]),

        // The host's metrics, and the text they are served in.
        module("Exposition", uses: ["MetricModel"]),
        module("HostMetrics", uses: ["Exposition", "JSONText", "LinuxSystem", "MetricModel"]),
        .executableTarget(
            name: "host-benchmark", dependencies: ["HostMetrics", "LinuxSystem", "MetricModel"],
            path: "Tests/Benchmarks/HostScrape", swiftSettings: swiftSettings),
        tests("ExpositionTests", uses: ["Exposition", "MetricModel", "TestValues"]),
        tests(
            "HostMetricsTests",
            uses: ["Exposition", "HostMetrics", "JSONText", "LinuxSystem", "MetricModel", "TestValues"],
            exclude: ["Fixtures"]),

        // Devices: the protocol that firmware links, and what the agent makes of messages.
        module("DeviceProtocol", uses: ["JSONText"], path: "firmware-protocol/swift/Sources/DeviceProtocol"),
        // The same in C99; nothing but its tests links it here.
        .target(name: "CWaysideDevice", path: "firmware-protocol/c", exclude: documents(of: "firmware-protocol/c")),
        module("JSONText"),
        module("DeviceIntake", uses: ["DeviceProtocol", "JSONText", "MetricModel"]),
        // How worn machines are, by what their devices say.
        module("Wear", uses: ["DeviceProtocol", "MetricModel"]),
        tests("WearTests", uses: ["Wear", "MetricModel", "TestValues"]),
        tests("CWaysideDeviceTests", uses: ["COpenSSL", "CWaysideDevice", "DeviceProtocol", "TestValues"]),
        tests("DeviceProtocolTests", uses: ["DeviceProtocol", "JSONText", "TestValues"]),
        .executableTarget(
            name: "device-benchmark", dependencies: ["DeviceIntake", "JSONText", "MetricModel"],
            path: "Tests/Benchmarks/Devices", swiftSettings: swiftSettings),
        tests("JSONTextTests", uses: ["JSONText", "TestValues"]),
        tests("DeviceIntakeTests", uses: ["DeviceIntake", "DeviceProtocol", "MetricModel", "TestValues"]),

        // Settings and HTTP.
        systemLibrary("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
        module("SettingsFile", uses: ["CYAML", "LinuxSystem"]),
        tests("SettingsFileTests", uses: ["SettingsFile", "LinuxSystem", "TestValues"]),
        systemLibrary("COpenSSL", pkgConfig: "openssl", package: "libssl-dev"),
        module("TLSTransport", uses: ["COpenSSL", "LinuxSystem", .product(name: "NIOCore", package: "swift-nio")]),
        systemLibrary("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
        module(
            "HTTPExchange",
            uses: [
                "CZlib", "LinuxSystem", "MetricModel", "TLSTransport", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        tests(
            "HTTPExchangeTests",
            uses: [
                "HTTPExchange", "LinuxSystem", "TLSTransport", "TestPeers", "TestValues",
            ]),

        // Who a request is from: passwords and tokens, checked and sent.
        module("Authentication", uses: ["HTTPExchange", "LinuxSystem", "SettingsFile", "TLSTransport"]),
        tests(
            "AuthenticationTests",
            uses: ["Authentication", "HTTPExchange", "LinuxSystem", "SettingsFile", "TLSTransport", "TestPeers"]),

        // What both programs need to be services.
        module(
            "Daemon",
            uses: [
                "Authentication", "HTTPExchange", "JSONText", "LinuxSystem", "MetricModel", "SettingsFile",
                "TLSTransport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        module(
            "ProgramEntry",
            uses: [
                "Daemon", "LinuxSystem", "SettingsFile",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // What agent and hub send with: to a receiver, and of the hub what it relays.
        module(
            "Delivery",
            uses: [
                "Authentication", "Daemon", "HTTPExchange", "LinuxSystem", "RemoteWrite", "SettingsFile", "Shipping",
                "TLSTransport", .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        module("Relay", uses: ["LinuxSystem", "MetricModel", "RemoteWrite", "RingLog", "Shipping"]),
        tests(
            "RelayTests",
            uses: [
                "LinuxSystem", "MetricModel", "Relay", "RemoteWrite", "RingLog", "Shipping", "SimulatedSystem",
                "TestPeers", "TestValues",
            ]),

        // The agent.
        module(
            "WaysideAgent",
            uses: [
                "Authentication", "BatchRecord", "Daemon", "Delivery", "DeviceIntake", "Exposition", "HTTPExchange",
                "HostMetrics",
                "JSONText", "LabelMatching", "LinuxSystem", "MQTTSession", "MetricModel", "RemoteWrite", "RingLog",
                "SettingsFile", "Shipping", "TLSTransport", "Wear",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        program(
            "wayside-agent",
            uses: [
                "Authentication", "Daemon", "Delivery", "HTTPExchange", "LinuxSystem", "ProgramEntry", "SettingsFile",
                "WaysideAgent",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        module("SimulatedSystem", uses: ["LinuxSystem", "RingLog", "TestValues"], path: "Tests/SimulatedSystem"),
        tests("RingLogTests", uses: ["RingLog", "LinuxSystem", "SimulatedSystem", "TestPeers", "TestValues"]),
        tests(
            "SimulationTests",
            uses: [
                "BatchRecord", "LabelMatching", "LinuxSystem", "MetricModel", "RemoteWrite", "RingLog", "SampleStore",
                "Shipping", "SimulatedSystem", "TestPeers", "TestValues", "WaysideAgent",
            ]),
        tests(
            "BatchRecordTests",
            uses: [
                "BatchRecord", "LinuxSystem", "MetricModel", "RingLog", "SimulatedSystem", "TestPeers", "TestValues",
            ]),

        // The hub.
        module(
            "WaysideHub",
            uses: [
                "Authentication", "Daemon", "Delivery", "Exposition", "HTTPExchange", "JSONText", "LabelMatching",
                "LinuxSystem", "MetricModel", "PromQL", "PrometheusAPI", "Relay", "RemoteWrite", "RingLog",
                "SampleStore", "SettingsFile", "Shipping", "TLSTransport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        program(
            "wayside-hub",
            uses: [
                "Authentication", "Daemon", "Delivery", "HTTPExchange", "LinuxSystem", "ProgramEntry", "SettingsFile",
                "Shipping",
                "TLSTransport", "WaysideHub",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        tests(
            "WaysideAgentTests",
            uses: [
                "BatchRecord", "Daemon", "DeviceIntake", "HostMetrics", "LinuxSystem", "MQTTSession", "MetricModel",
                "RemoteWrite", "RingLog", "SettingsFile", "Shipping", "SimulatedSystem", "TestPeers", "TestValues",
                "WaysideAgent",
                "Wear",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests(
            "WaysideHubTests",
            uses: [
                "Daemon", "Delivery", "HTTPExchange", "JSONText", "LabelMatching", "LinuxSystem", "MetricModel",
                "PrometheusAPI", "QueryFixtures", "Relay", "RemoteWrite", "RingLog", "SampleStore", "SettingsFile",
                "Shipping", "TLSTransport", "TestPeers", "TestValues", "WaysideHub",
                .product(name: "Logging", package: "swift-log"),
            ]),

        // The programs, from outside.
        tests(
            "EndToEndTests",
            uses: [
                "Daemon", "Exposition", "HTTPExchange", "JSONText", "LabelMatching", "LinuxSystem", "MetricModel",
                "PromQL", "RemoteWrite", "RingLog", "SampleStore", "SimulatedSystem", "TLSTransport", "TestPeers",
                "TestValues", "wayside-agent", "wayside-hub", "wayside-device",
            ]),
        // A source of series in memory, for the tests of all that queries.
        module("QueryFixtures", uses: ["PromQL", "LabelMatching", "MetricModel"], path: "Tests/QueryFixtures"),
        // Prometheus's script language for queries, and `make promqltest`, which runs a folder of such scripts.
        module(
            "QueryScripts", uses: ["PromQL", "LabelMatching", "MetricModel", "QueryFixtures"],
            path: "Tests/QueryScripts"),
        .executableTarget(
            name: "promqltest", dependencies: ["QueryScripts"], path: "Tests/QueryScriptTool",
            swiftSettings: swiftSettings),
        tests(
            "PromQLTests",
            uses: ["PromQL", "LabelMatching", "MetricModel", "QueryFixtures", "QueryScripts", "TestValues"],
            exclude: ["Scripts"]),
        tests(
            "PrometheusAPITests",
            uses: ["PrometheusAPI", "PromQL", "LabelMatching", "MetricModel", "QueryFixtures", "TestValues"]),
    ]
)

// `make simulate` builds optimised and testable, in a directory of its own: only what the simulation needs.
if Context.environment["WAYSIDE_SIMULATION_ONLY"] != nil {
    package.targets.removeAll {
        $0.type == .test && $0.name != "SimulationTests" || $0.type == .executable
    }
}

// The fuzz targets: only there when scripts/fuzz.sh asks, which builds them with sanitizers into a directory of its own.
// What is fuzzed of HTTPExchange needs nothing of SwiftNIO, so that is left out: it would treble the build.
if Context.environment["WAYSIDE_FUZZ"] != nil {
    package.targets.removeAll { ["HTTPExchange", "TLSTransport"].contains($0.name) }
    package.targets += [
        .target(name: "TLSTransport", sources: ["TLSPeer.swift"], swiftSettings: swiftSettings),
        .target(
            name: "HTTPExchange", dependencies: ["CZlib", "MetricModel", "TLSTransport"],
            sources: [
                "Gzip.swift", "GzipStream.swift", "HTTPAddress.swift", "HTTPDate.swift", "HTTPDeparture.swift",
                "HTTPFields.swift", "HTTPHeaders.swift", "HTTPMethod.swift", "HTTPRequest.swift", "HTTPURL.swift",
                "PercentCoding.swift",
                "RetryAfter.swift",
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "wayside-fuzz",
            dependencies: [
                "BatchRecord", "DeviceIntake", "DeviceProtocol", "Exposition", "HTTPExchange", "HostMetrics",
                "JSONText", "LabelMatching", "LinuxSystem", "MetricModel", "PromQL", "QueryFixtures", "RemoteWrite",
                "RingLog", "SampleCodec",
                "SettingsFile", "Shipping", "SimulatedSystem", "TestValues", "Wear",
            ],
            path: "Tests/Fuzzing", swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])]),
    ]
}
