// A device that measures once an interval, tells a safety edge at once, and loses nothing while the network is away.
//
// One task owns the device, its queue and the sensors. Interrupts, esp-mqtt and SNTP tell it what happened (events.h),
// so that nothing needs a lock.

#include "broker.h"
#include "esp_attr.h"
#include "esp_log.h"
#include "events.h"
#include "identity.h"
#include "machine.h"
#include "message_key.h"
#include "network.h"
#include "sdkconfig.h"
#include "wayside_device.h"

enum {
    AREA_BYTE_COUNT = 4096,
    SCRATCH_BYTE_COUNT = 512,
    BIRTH_BYTE_COUNT = 1024,
    WILL_BYTE_COUNT = 128
};

static const char tag[] = "main";

// Survives every reset but a loss of power, and deep sleep.
static RTC_NOINIT_ATTR uint8_t area[AREA_BYTE_COUNT];

static wayside_device device;
static wayside_queue queue;
static char topics[4][WAYSIDE_TOPIC_CAPACITY];
static bool connected;
// State and birth are due: they are told after each connect, as soon as the client takes them.
static bool introduction_due;

static void log_failure(const char *what, wayside_result result) {
    if (result != WAYSIDE_OK) {
        ESP_LOGE(tag, "%s: %s", what, wayside_result_text(result));
    }
}

static void measure(void) {
    static uint8_t scratch[SCRATCH_BYTE_COUNT];
    wayside_reading readings[MACHINE_READING_LIMIT];
    uint64_t now = uptime_ms();
    size_t count = machine_read(readings);
    log_failure("telemetry", wayside_device_measure(&device, &queue, now, readings, count, scratch, sizeof scratch));
}

// A contact bounces: only a change of what was told last is an event.
static void report_safety(bool pressed, uint64_t happened_ms) {
    static uint8_t scratch[SCRATCH_BYTE_COUNT];
    static bool told;
    static bool told_pressed;
    if (told && told_pressed == pressed) {
        return;
    }
    wayside_reading reading = machine_emergency_stop(pressed);
    wayside_result result = wayside_device_report(
        &device, &queue, happened_ms, "emergency_stop", &reading, 1, scratch, sizeof scratch);
    log_failure("event", result);
    told = result == WAYSIDE_OK;
    told_pressed = pressed;
}

// Tells the state, then the birth; false where the client had no room, and then both are told again later.
static bool introduce(void) {
    static uint8_t bytes[BIRTH_BYTE_COUNT];
    size_t length = 0;
    wayside_result result = wayside_device_state(&device, WAYSIDE_ONLINE, bytes, sizeof bytes, &length);
    log_failure("state", result);
    if (result == WAYSIDE_OK && broker_publish(topics[WAYSIDE_STATE], bytes, length, true) < 0) {
        return false;
    }
    wayside_birth birth = {
        .uptime_ms = uptime_ms(),
        .firmware = "1.0.0",
        .model = "wayside-example",
        .reset_reason = identity_reset_reason(),
        .quantities = machine_quantities,
        .quantity_count = machine_quantity_count,
        .wear = machine_wear,
        .wear_count = machine_wear_count,
    };
    result = wayside_device_birth(&device, &birth, bytes, sizeof bytes, &length);
    log_failure("birth", result);
    return result != WAYSIDE_OK || broker_publish(topics[WAYSIDE_BIRTH], bytes, length, true) >= 0;
}

static void handle(const event *happened) {
    switch (happened->kind) {
        case EVENT_CONNECTED:
            connected = true;
            introduction_due = true;
            break;
        case EVENT_DISCONNECTED:
            connected = false;
            wayside_queue_rewind(&queue);
            break;
        case EVENT_ACKNOWLEDGED:
            // State and birth are acknowledged too, and so may be what was sent before a reconnect: not in flight here.
            (void)wayside_queue_acknowledge(&queue, (int32_t)happened->number);
            break;
        case EVENT_GIVEN_UP: wayside_queue_rewind(&queue); break;
        case EVENT_SAFETY_CHANGED: report_safety(happened->number != 0, happened->uptime_ms); break;
        case EVENT_SYNCHRONISED:
            wayside_device_synchronised(&device, happened->number, happened->uptime_ms);
            break;
    }
}

static void send_waiting(void) {
    if (events_were_lost()) {
        ESP_LOGW(tag, "an event was lost; what is in flight is sent again");
        wayside_queue_rewind(&queue);
    }
    if (!connected) {
        return;
    }
    if (introduction_due) {
        introduction_due = !introduce();
    }
    wayside_entry entry;
    while (!introduction_due && wayside_queue_next(&queue, &entry) == WAYSIDE_OK) {
        int id = broker_publish(topics[entry.kind], entry.payload, entry.length, false);
        if (id < 0) {
            return;
        }
        (void)wayside_queue_sent(&queue, id);
    }
}

static void begin(void) {
    char device_id[WAYSIDE_DEVICE_ID_BYTE_LIMIT + 1];
    uint32_t boot_id = 0;
    identity_begin();
    identity_device_id(device_id);
    if (!identity_boot_id(&boot_id)) {
        ESP_LOGW(tag, "no boot counter in NVS: the boot id is a random one, which authentication does not take");
    }
    log_failure("device", wayside_device_begin(&device, device_id, WAYSIDE_CBOR, boot_id));
    device.interval_ms = CONFIG_WAYSIDE_INTERVAL_MS;
    device.authentication = message_key();
    log_failure("queue", wayside_queue_open(&queue, device.id, area, sizeof area));
    ESP_LOGI(tag, "%s, boot %u, %u messages wait", device.id, (unsigned)device.boot_id, (unsigned)queue.count);
    for (int kind = WAYSIDE_TELEMETRY; kind <= WAYSIDE_STATE; kind++) {
        log_failure("topic", wayside_encode_topic(
                                 (wayside_kind)kind, device.id, topics[kind], sizeof topics[kind], NULL));
    }
}

void app_main(void) {
    static uint8_t will[WILL_BYTE_COUNT];
    events_begin();
    begin();
    size_t will_length = 0;
    log_failure("will", wayside_device_state(&device, WAYSIDE_OFFLINE, will, sizeof will, &will_length));
    machine_begin();
    network_begin();
    broker_begin(device.id, topics[WAYSIDE_STATE], will, will_length);

    uint64_t next_ms = uptime_ms();
    for (;;) {
        uint64_t now = uptime_ms();
        if (now >= next_ms) {
            measure();
            // After a long pause one measurement, not one for each that was missed.
            next_ms = now - next_ms < CONFIG_WAYSIDE_INTERVAL_MS ? next_ms + CONFIG_WAYSIDE_INTERVAL_MS
                                                                 : now + CONFIG_WAYSIDE_INTERVAL_MS;
        }
        send_waiting();
        now = uptime_ms();
        event happened;
        uint64_t wait = next_ms > now ? next_ms - now : 0;
        // At most as many as there can be, so that no flood of events keeps it from measuring.
        for (int count = 0; count < EVENT_LIMIT && next_event(&happened, wait); count++) {
            handle(&happened);
            wait = 0;
        }
    }
}
