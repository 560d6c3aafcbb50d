import BatchRecord
import MetricModel
import SimulatedSystem
import Synchronization
import Testing

@testable import WaysideAgent

/// Stories of gateways with bad clocks, through the real buffer and dispatcher. The seeds are fixed, so each runs alike.
@Suite struct TimeStoryTests {
    private static let unset = SimulatedClock(
        bootNanoseconds: 20_000_000_000, unixMilliseconds: 20_000, isSynchronised: false)

    private static func right(synchronised: Bool) -> SimulatedClock {
        SimulatedClock(
            bootNanoseconds: 20_000_000_000, unixMilliseconds: TimeRig.trueStart, isSynchronised: synchronised)
    }

    private func isIncreasing(_ delivered: [TimeRig.Delivered]) -> Bool {
        zip(delivered, delivered.dropFirst()).allSatisfy { $0.unixMilliseconds < $1.unixMilliseconds }
    }

    @Test func `a boot in 1970 ships nothing before the clock is set, and then everything at its true time`() throws {
        let rig = try TimeRig(boot: Self.unset)
        #expect(rig.desk.status.waitsUntilBootNanoseconds == 300_000_000_000)
        try rig.run(seconds: 120)
        #expect(rig.delivered.isEmpty)
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        try rig.run(seconds: 60)
        #expect(rig.delivered.count >= 11)
        #expect(rig.errors.allSatisfy { $0 == 0 }, "\(rig.errors)")
        #expect(isIncreasing(rig.delivered))
        #expect(rig.time.retimedSamples == 8)
        #expect(rig.time.uncertainSamples == 0)
        #expect(rig.desk.status.stepCount == 1)
        #expect(rig.desk.status.waitsUntilBootNanoseconds == nil)
        #expect(rig.shifts.list.withLock { $0.first } ?? 0 > 1_700_000_000_000)
    }

    @Test func `after the wait samples go out as they are, and what was tried is never touched`() throws {
        let rig = try TimeRig(boot: Self.unset, waitForSync: .seconds(60))
        try rig.run(seconds: 120)
        #expect(rig.desk.status.waitedInVain)
        let early = rig.delivered
        #expect(!early.isEmpty && early.allSatisfy { $0.unixMilliseconds < 200_000 })
        rig.isReachable = false
        try rig.run(seconds: 120)
        let tried = rig.checksums
        let attempted = rig.time.attemptedThrough
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        try rig.run(seconds: 30)
        rig.isReachable = true
        try rig.run(seconds: 120)
        for (records, checksum) in tried { #expect(rig.checksums[records] == checksum) }
        #expect(attempted > 0 && rig.time.retimedSamples > 0)
        // What the last request before the step held kept its times of 1970; everything behind it is right.
        let wrong = rig.delivered.filter { $0.unixMilliseconds != $0.value }
        #expect(wrong.count < rig.delivered.count - 10)
        #expect(wrong.allSatisfy { $0.unixMilliseconds < 400_000 })
        #expect(Set(rig.delivered.map(\.value)).count == rig.delivered.count)
        #expect(isIncreasing(rig.delivered))
    }

    @Test(arguments: [false, true])
    func `what was tried stays as it was sent across a kill and a power cut`(cuttingPower: Bool) throws {
        let rig = try TimeRig(seed: 5, boot: Self.unset, waitForSync: .zero)
        rig.isReachable = false
        try rig.run(seconds: 60)
        let attempted = rig.time.attemptedThrough
        let tried = rig.checksums
        #expect(attempted > 0 && tried.count == 1)
        try rig.restart(cuttingPower: cuttingPower)
        #expect(rig.time.attemptedThrough == attempted)
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        try rig.run(seconds: 30)
        rig.isReachable = true
        try rig.run(seconds: 60)
        for (records, checksum) in tried { #expect(rig.checksums[records] == checksum) }
        #expect(rig.delivered.contains { $0.unixMilliseconds < 200_000 })
        #expect(rig.delivered.contains { $0.unixMilliseconds == $0.value })
    }

    @Test func `a step back re-times what is unsent and leaves true times to come`() throws {
        let tenMinutes: Int64 = 600_000
        var ahead = Self.right(synchronised: false)
        ahead.set(unixMilliseconds: TimeRig.trueStart + tenMinutes, isSynchronised: false)
        let rig = try TimeRig(boot: ahead)
        try rig.run(seconds: 60)
        let sent = rig.delivered.count
        #expect(sent > 0 && rig.errors.allSatisfy { $0 == tenMinutes })
        rig.isReachable = false
        try rig.run(seconds: 60)
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        try rig.run(seconds: 60)
        rig.isReachable = true
        try rig.run(seconds: 120)
        #expect(rig.desk.status.lastStepMilliseconds == -tenMinutes)
        #expect(rig.shifts.list.withLock { $0.first } == -tenMinutes)
        let wrong = rig.errors.filter { $0 != 0 }
        // Those that had gone, and the request that was under way when the link went down.
        #expect(wrong.allSatisfy { $0 == tenMinutes } && (sent...sent + 2).contains(wrong.count), "\(wrong)")
        let rightOnes = rig.delivered.filter { $0.unixMilliseconds == $0.value }
        #expect(isIncreasing(rightOnes) && rightOnes.count > 10)
        #expect(Set(rig.delivered.map(\.value)).count == rig.delivered.count)
    }

    @Test func `a receiver that refuses old samples loses the time the clock was ahead and no more`() throws {
        var ahead = Self.right(synchronised: false)
        ahead.set(unixMilliseconds: TimeRig.trueStart + 120_000, isSynchronised: false)
        let rig = try TimeRig(boot: ahead)
        rig.refusesOldSamples = true
        try rig.run(seconds: 60)
        let sent = rig.delivered.count
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        try rig.run(seconds: 400)
        #expect(rig.refusedCount > 0 && rig.refusedCount <= 10, "\(rig.refusedCount)")
        let after = rig.delivered.dropFirst(sent)
        #expect(after.count >= 15 && after.allSatisfy { $0.unixMilliseconds == $0.value })
    }

    @Test func `samples of a synchronised clock are never moved`() throws {
        let rig = try TimeRig(boot: Self.right(synchronised: true))
        rig.isReachable = false
        try rig.run(seconds: 60)
        // Somebody sets the clock a day ahead by hand, which the kernel takes for unsynchronised; NTP puts it back.
        rig.set(rig.trueUnixMilliseconds + 86_400_000, isSynchronised: false)
        try rig.run(seconds: 60)
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        try rig.run(seconds: 60)
        // It is set by hand once more, and stays so.
        rig.set(rig.trueUnixMilliseconds + 86_400_000, isSynchronised: false)
        try rig.run(seconds: 60)
        rig.isReachable = true
        try rig.run(seconds: 120)
        #expect(rig.errors.prefix(12).allSatisfy { $0 == 0 }, "\(rig.errors)")
        #expect(rig.errors.dropFirst(12).allSatisfy { $0 == 86_400_000 } && rig.errors.count > 15)
        #expect(isIncreasing(rig.delivered))
        #expect(rig.time.retimedSamples == 4)
        #expect(rig.desk.status.stepCount == 3)
    }

    @Test func `a machine that was paused and set forward keeps the times that were right`() throws {
        let rig = try TimeRig(boot: Self.right(synchronised: true))
        rig.isReachable = false
        try rig.run(seconds: 60)
        // CLOCK_BOOTTIME stood still for an hour; the host sets the wall clock, and the kernel never says unsynchronised.
        rig.set(rig.trueUnixMilliseconds + 3_600_000, isSynchronised: true)
        try rig.run(seconds: 60)
        rig.isReachable = true
        try rig.run(seconds: 60)
        #expect(rig.errors.prefix(4).allSatisfy { $0 == 0 } && rig.errors.count > 8, "\(rig.errors)")
        #expect(rig.errors.dropFirst(4).allSatisfy { $0 == 3_600_000 })
        #expect(rig.time.corrections.isEmpty)
    }

    @Test func `drift and slewing are no steps, and synchronisation corrects once`() throws {
        let rig = try TimeRig(boot: Self.right(synchronised: false))
        rig.isReachable = false
        rig.setDrift(perMillion: 300)
        try rig.run(seconds: 3600)
        #expect(rig.time.corrections.isEmpty)
        // chrony slews at its fastest; the kernel says that it is synchronised from the middle on.
        rig.setDrift(perMillion: -83_000)
        try rig.run(seconds: 13)
        rig.setSynchronised(true)
        try rig.run(seconds: 13)
        rig.setDrift(perMillion: 0)
        try rig.run(seconds: 600)
        #expect(rig.desk.status.stepCount == 0)
        #expect(rig.time.corrections.count == 1)
        rig.isReachable = true
        try rig.run(seconds: 60)
        #expect(isIncreasing(rig.delivered))
    }

    @Test func `a reboot before the clock was set: placed after what was before, and before this boot`() throws {
        let rig = try TimeRig(boot: Self.right(synchronised: true))
        try rig.run(seconds: 61)
        rig.isReachable = false
        let lastGood = rig.trueUnixMilliseconds
        try rig.reboot(offSeconds: 3600, clockSays: 20_000, isSynchronised: false)
        let firstBoot = rig.trueUnixMilliseconds
        try rig.run(seconds: 120)
        try rig.reboot(offSeconds: 1800, clockSays: nil, isSynchronised: true)
        let secondBoot = rig.trueUnixMilliseconds
        rig.isReachable = true
        try rig.run(seconds: 120)
        let between = rig.delivered.filter { (firstBoot..<secondBoot).contains($0.value) }
        #expect(between.count == 8)
        #expect(rig.time.uncertainSamples == 8)
        #expect(between.allSatisfy { $0.unixMilliseconds > lastGood - 20_000 && $0.unixMilliseconds < secondBoot })
        for (one, next) in zip(between, between.dropFirst()) {
            #expect(next.unixMilliseconds - one.unixMilliseconds == 15_000)
        }
        #expect(isIncreasing(rig.delivered))
        #expect(rig.delivered.filter { !between.contains($0) }.allSatisfy { $0.unixMilliseconds == $0.value })
        // Started again in this boot, nothing is placed or counted twice.
        try rig.restart()
        #expect(rig.time.uncertainSamples == 0 && rig.time.corrections.count == 1)
    }

    @Test func `without anything before, an earlier boot is placed just before this one`() throws {
        let rig = try TimeRig(boot: Self.unset)
        try rig.run(seconds: 120)
        try rig.reboot(offSeconds: 60, clockSays: nil, isSynchronised: true)
        let bootBegan = rig.trueUnixMilliseconds - 20_000
        try rig.run(seconds: 60)
        let earlier = rig.delivered.filter { $0.unixMilliseconds < bootBegan }
        #expect(earlier.count == 8 && rig.time.uncertainSamples == 8)
        #expect(earlier.allSatisfy { $0.unixMilliseconds > bootBegan - 200_000 })
        #expect(isIncreasing(rig.delivered))
    }

    @Test func `a correction outlives a reboot with backlog`() throws {
        let rig = try TimeRig(boot: Self.unset)
        rig.isReachable = false
        try rig.run(seconds: 120)
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        try rig.run(seconds: 30)
        try rig.reboot(offSeconds: 60, clockSays: nil, isSynchronised: true)
        rig.isReachable = true
        try rig.run(seconds: 120)
        #expect(rig.delivered.count >= 16)
        // The request that was tried before the reboot was tried after the correction, so all are right.
        #expect(rig.errors.allSatisfy { $0 == 0 }, "\(rig.errors)")
        #expect(isIncreasing(rig.delivered))
    }

    @Test func `an agent that ends between the step and the correction corrects at its next start`() throws {
        let rig = try TimeRig(boot: Self.unset)
        try rig.run(seconds: 120)
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        try rig.restart(committing: true)
        #expect(rig.time.retimedSamples == 8)
        try rig.run(seconds: 60)
        #expect(rig.delivered.count >= 11 && rig.errors.allSatisfy { $0 == 0 }, "\(rig.errors)")
    }

    @Test func `a correction that a power cut takes is made again, in this boot or the next`() throws {
        for isRebooting in [false, true] {
            let rig = try TimeRig(seed: 3, boot: Self.unset)
            try rig.run(seconds: 120)
            try rig.buffer.commit()
            rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
            rig.desk.observe(rig.reading)
            #expect(rig.time.retimedSamples == 8)
            rig.disk.cutPower()
            if isRebooting {
                try rig.reboot(offSeconds: 10, clockSays: nil, isSynchronised: true)
            } else {
                try rig.restart()
            }
            #expect(rig.time.corrections.count == 1)
            #expect(rig.time.retimedSamples == (isRebooting ? 0 : 8))
            #expect(rig.time.uncertainSamples == (isRebooting ? 8 : 0))
            try rig.run(seconds: 60)
            #expect(isIncreasing(rig.delivered))
            if !isRebooting { #expect(rig.errors.allSatisfy { $0 == 0 }) }
        }
    }

    @Test func `the later part of an earlier boot tells when its earlier part was`() throws {
        let rig = try TimeRig(boot: Self.unset)
        try rig.run(seconds: 120)
        // The clock is set and a batch is stored before anyone corrects; then the power goes.
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        rig.advance(milliseconds: 7000)
        try rig.tick()
        try rig.buffer.commit()
        try rig.reboot(offSeconds: 1000, clockSays: nil, isSynchronised: true)
        #expect(rig.time.retimedSamples == 8 && rig.time.uncertainSamples == 0)
        try rig.run(seconds: 60)
        #expect(rig.delivered.count >= 12 && rig.errors.allSatisfy { $0 == 0 }, "\(rig.errors)")
    }

    @Test func `several corrections in one boot: each moves what is unsent, and nothing else`() throws {
        let rig = try TimeRig(boot: Self.unset, waitForSync: .seconds(30))
        let days: Int64 = 86_400_000
        var times: [Int64: Int64] = [:]
        for offset in [3 * days, -2 * days, 700_000, 0] {
            rig.isReachable = true
            try rig.run(seconds: 60)
            rig.isReachable = false
            try rig.run(seconds: 60)
            for sample in rig.delivered { times[sample.value] = times[sample.value] ?? sample.unixMilliseconds }
            rig.set(rig.trueUnixMilliseconds + offset, isSynchronised: offset == 0)
        }
        try rig.run(seconds: 60)
        rig.isReachable = true
        try rig.run(seconds: 120)
        #expect(rig.desk.status.stepCount == 4)
        #expect(rig.time.corrections.count <= 4)
        for sample in rig.delivered where times[sample.value] != nil {
            #expect(sample.unixMilliseconds == times[sample.value])
        }
        #expect(Set(rig.delivered.map(\.value)).count == rig.delivered.count)
        // What was not tried before the last step is right.
        let late = rig.delivered.filter { $0.unixMilliseconds == $0.value }
        #expect(late.count >= 14 && isIncreasing(late))
    }

    @Test func `a clock that is set all the time makes a bounded number of corrections`() throws {
        let rig = try TimeRig(boot: Self.right(synchronised: false))
        rig.isReachable = false
        for index in 0..<400 {
            rig.set(rig.trueUnixMilliseconds + Int64(index % 2) * 5000, isSynchronised: false)
            try rig.run(seconds: 1)
        }
        #expect(rig.time.corrections.count <= 2)
        for _ in 0..<60 {
            rig.set(rig.trueUnixMilliseconds + Int64(rig.requestCount % 2) * 5000, isSynchronised: false)
            rig.isReachable = true
            try rig.run(seconds: 16)
        }
        #expect(rig.time.corrections.count <= TimeCorrections.limit)
        #expect(Set(rig.delivered.map(\.value)).count == rig.delivered.count)
    }

    @Test func `a batch taken before the step and stored after it is moved too`() throws {
        let rig = try TimeRig(boot: Self.unset)
        try rig.run(seconds: 16)
        let before = rig.reading
        rig.advance(milliseconds: 3000)
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        rig.desk.observe(rig.reading)
        try rig.tick(clock: before)
        try rig.run(seconds: 60)
        #expect(rig.delivered.count >= 5 && rig.errors.allSatisfy { $0 == 0 }, "\(rig.errors)")
    }

    @Test func `a machine that never reports synchronised does not wait while its clock is plausible`() throws {
        let rig = try TimeRig(boot: Self.right(synchronised: false))
        #expect(rig.desk.status.waitsUntilBootNanoseconds == nil)
        try rig.run(seconds: 60)
        #expect(!rig.delivered.isEmpty && rig.errors.allSatisfy { $0 == 0 })
    }

    @Test func `a clock behind the newest record waits, once a boot`() throws {
        let rig = try TimeRig(boot: Self.right(synchronised: true))
        try rig.run(seconds: 61)
        let count = rig.delivered.count
        let saved = rig.trueUnixMilliseconds - 30_000
        try rig.reboot(offSeconds: 600, clockSays: saved, isSynchronised: false)
        #expect(rig.time.isShippingHeld)
        // Started again while it waits, it waits on; the end of the wait is the boot's.
        try rig.run(seconds: 15)
        try rig.restart()
        #expect(rig.time.isShippingHeld)
        // The clock's own going brings it past the newest record, which is as much as can be known of it.
        try rig.run(seconds: 60)
        #expect(!rig.time.isShippingHeld && rig.delivered.count > count)
    }

    @Test func `the wait is over for a boot once it has been waited`() throws {
        let rig = try TimeRig(boot: Self.unset)
        try rig.run(seconds: 281)
        #expect(rig.desk.status.waitedInVain && !rig.delivered.isEmpty)
        try rig.restart()
        #expect(!rig.time.isShippingHeld && rig.desk.status.waitedInVain)
    }

    @Test func `a stop while shipping waits sends nothing`() throws {
        let rig = try TimeRig(boot: Self.unset)
        try rig.run(seconds: 60)
        var dispatcher = rig.dispatcher
        dispatcher.stop()
        guard case .finished = dispatcher.next(now: rig.clock.bootNanoseconds, random: 0) else {
            Issue.record("it goes on")
            return
        }
    }

    @Test func `no more corrections are made than the limit, and those there are stay`() {
        var corrections = TimeCorrections()
        for number in 1...UInt64(TimeCorrections.limit + 1) {
            #expect(corrections.isFull == (number > TimeCorrections.limit))
            corrections.add(
                TimeCorrectionRecord(
                    bootID: BootID(high: 1, low: 1), firstRecord: number, lastRecord: number,
                    bootUnixMilliseconds: Int64(number), isUncertain: false))
        }
        #expect(corrections.count == TimeCorrections.limit)
    }

    @Test func `corrections are forgotten with the records they correct`() throws {
        let rig = try TimeRig(boot: Self.unset)
        try rig.run(seconds: 60)
        rig.set(rig.trueUnixMilliseconds, isSynchronised: true)
        try rig.run(seconds: 60)
        var corrections = rig.time.corrections
        #expect(corrections.count == 1)
        corrections.forget(before: 1)
        #expect(corrections.count == 1)
        corrections.forget(before: rig.buffer.status.lastRecord)
        #expect(corrections.isEmpty)
    }
}
