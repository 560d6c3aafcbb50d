/// A device that measures once an interval, tells a safety edge at once, and loses nothing while the network is away.
///
/// One task owns the device and its queue. Interrupts, esp-mqtt and SNTP tell it what happened (events.h), so that
/// nothing needs a lock.
@_cdecl("app_main")
func appMain() {
    events_begin()
    guard var device = Device() else { return }
    machine_begin()
    network_begin()
    device.connect()
    let interval = UInt64(CONFIG_WAYSIDE_INTERVAL_MS)
    var next = uptime_ms()
    while true {
        var now = uptime_ms()
        if now >= next {
            device.measure()
            // After a long pause one measurement, not one for each that was missed.
            next = now - next < interval ? next + interval : now + interval
        }
        device.sendWaiting()
        now = uptime_ms()
        var wait = next > now ? next - now : 0
        var happened = event()
        // At most as many as there can be, so that no flood of events keeps it from measuring.
        for _ in 0..<EVENT_LIMIT {
            guard next_event(&happened, wait) else { break }
            device.handle(happened)
            wait = 0
        }
    }
}
