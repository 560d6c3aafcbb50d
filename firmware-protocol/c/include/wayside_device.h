#ifndef WAYSIDE_DEVICE_H
#define WAYSIDE_DEVICE_H

// The Wayside device protocol for firmware, in C99: no heap, no locks, no variables of its own, nothing of the C
// library but memcpy, memmove, memset, memcmp, strlen and strcmp. This header is all to include. It has three parts:
// messages (wayside_message.h), the queue of what was not acknowledged (wayside_queue.h), and below the device itself,
// which numbers its messages and times them.
//
// In short, with every call from one task:
//
//     wayside_device_begin(&device, "pump-3", WAYSIDE_CBOR, boot_id);
//     wayside_queue_open(&queue, "pump-3", area, sizeof area);
//     // measuring, once an interval
//     wayside_device_measure(&device, &queue, uptime_ms, readings, count, scratch, sizeof scratch);
//     // sending, while connected
//     while (wayside_queue_next(&queue, &entry) == WAYSIDE_OK)
//         wayside_queue_sent(&queue, publish(entry));
//     // PUBACK, lost connection
//     wayside_queue_acknowledge(&queue, message_id);
//     wayside_queue_rewind(&queue);

#include "wayside_message.h"
#include "wayside_queue.h"

#ifdef __cplusplus
extern "C" {
#endif

// A device in one boot. The firmware owns it; of its members `boot_id` may be read, and `interval_ms` and
// `authentication` may be set. Not safe for use by two tasks at once.
typedef struct {
    char id[WAYSIDE_DEVICE_ID_BYTE_LIMIT + 1];
    wayside_encoding encoding;
    const wayside_authentication *authentication;  // null for messages without a MAC; kept, not copied
    uint32_t boot_id;
    uint32_t next_sequence;
    bool sequence_exhausted;
    uint32_t interval_ms;  // goes into the birth; 0 for none
    bool synchronised;
    uint64_t unix_minus_uptime_ms;  // modulo 2^64
} wayside_device;

// Begins a boot. `boot_id` must differ from that of the boot before, and with authentication be greater: see
// wayside_next_boot_id.
wayside_result wayside_device_begin(
    wayside_device *device, const char *device_id, wayside_encoding encoding, uint32_t boot_id);

// What wayside_next_boot_id asks of the firmware's memory (NVS on an ESP32).
typedef struct {
    // Puts the number that was stored last into `*boot_id`. Answers false where that cannot be read; a memory that has
    // none yet answers true and 0.
    bool (*load)(void *context, uint32_t *boot_id);
    // Stores a number so that a loss of power keeps it. Answers false where it could not.
    bool (*store)(void *context, uint32_t boot_id);
    void *context;
} wayside_boot_memory;

// The number of this boot: one more than the one stored, and stored itself before this returns, so that no two boots
// have the same. WAYSIDE_ERROR_BOOT_ID where the memory failed: a random number does then, without authentication.
wayside_result wayside_next_boot_id(const wayside_boot_memory *memory, uint32_t *boot_id);

// Milliseconds since start in 64 bits, from a counter of 32 that wraps after 49.7 days. Zero it at start, and call
// wayside_uptime_ms at least once a wrap. Not needed on an ESP32: esp_timer_get_time() has 64 bits.
typedef struct {
    uint32_t last;
    uint32_t wraps;
} wayside_uptime;

uint64_t wayside_uptime_ms(wayside_uptime *uptime, uint32_t counter_ms);

// Says that SNTP has set the clock: at `uptime_ms` it was `unix_ms`. Call it at each synchronisation; messages measured
// from then on carry their wall time.
void wayside_device_synchronised(wayside_device *device, uint64_t unix_ms, uint64_t uptime_ms);

// Encodes telemetry measured at `uptime_ms` in `scratch`, gives it the next sequence number and puts it into the queue.
// On an error the number is not used.
wayside_result wayside_device_measure(
    wayside_device *device, wayside_queue *queue, uint64_t uptime_ms, const wayside_reading *readings, size_t count,
    uint8_t *scratch, size_t scratch_byte_count);

// The same for an event. It stands in the queue behind what was measured before it.
wayside_result wayside_device_report(
    wayside_device *device, wayside_queue *queue, uint64_t uptime_ms, const char *event,
    const wayside_reading *readings, size_t count, uint8_t *scratch, size_t scratch_byte_count);

// Encodes the state message of this boot: online after each connect, offline as the last will.
wayside_result wayside_device_state(
    const wayside_device *device, wayside_state state, uint8_t *buffer, size_t capacity, size_t *length);

// Encodes the birth message. Boot id and interval are the device's, whatever `birth` says.
wayside_result wayside_device_birth(
    const wayside_device *device, const wayside_birth *birth, uint8_t *buffer, size_t capacity, size_t *length);

#ifdef __cplusplus
}
#endif

#endif
