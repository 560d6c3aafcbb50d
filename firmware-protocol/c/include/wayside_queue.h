#ifndef WAYSIDE_QUEUE_H
#define WAYSIDE_QUEUE_H

// A bounded queue of encoded messages that wait for their acknowledgement, in memory that the firmware gives: static
// RAM, or memory that survives a reset (RTC_NOINIT_ATTR on an ESP32). The layout of that memory, and what a reset in
// the middle of an operation leaves, are in ../DESIGN.md.
//
// Not safe for use by two tasks at once: use it from one task, or hold a lock of your own around every call. Never call
// it from an interrupt; let the interrupt wake the task.

#include "wayside_message.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    // Messages in flight at once. A reconnect sends as many again.
    WAYSIDE_IN_FLIGHT_LIMIT = 8,
    // Bytes that the queue takes of its area for itself, and of each entry (which is then rounded up to 4).
    WAYSIDE_QUEUE_HEADER_BYTE_COUNT = 96,
    WAYSIDE_ENTRY_HEADER_BYTE_COUNT = 8,
    // The least area: the headers and one short message.
    WAYSIDE_QUEUE_AREA_MINIMUM = 256
};

// The largest area that is used; what lies beyond is left alone.
#define WAYSIDE_QUEUE_AREA_MAXIMUM UINT32_C(0x1000000)

// What was found in the area when the queue was opened.
typedef enum {
    WAYSIDE_AREA_NEW,     // no queue of this device, layout and size: begun anew
    WAYSIDE_AREA_KEPT,    // a queue, all of it
    WAYSIDE_AREA_DAMAGED  // a queue, of which `damaged` counts the entries that were lost
} wayside_area_state;

// A message that was handed to the MQTT client.
typedef struct {
    int32_t message_id;
    bool acknowledged;
} wayside_in_flight;

// The state of a queue. The firmware owns it and changes nothing in it; the four counters may be read. It lives in
// ordinary RAM: opening the area makes it again.
typedef struct {
    uint32_t count;    // entries that wait, those in flight included
    uint32_t dropped;  // entries that went for newer ones since the area was begun; survives what the area survives
    uint32_t damaged;  // entries that were found damaged, when the area was opened or later
    wayside_area_state found;

    volatile uint8_t *area;
    uint32_t capacity;    // bytes for entries
    uint32_t owner;       // checksum of the device id
    uint32_t generation;  // of the newest header
    uint32_t head;        // where the oldest entry begins
    uint32_t tail;        // behind the newest one
    uint32_t end;         // where entries wrap around, behind the last one before it; 0 where they do not
    uint32_t places;      // entries, and damaged ones that keep their place
    wayside_in_flight in_flight[WAYSIDE_IN_FLIGHT_LIMIT];
    uint32_t in_flight_count;
} wayside_queue;

// An entry to send. `payload` points into the area and stays good until the next call that changes the queue.
typedef struct {
    wayside_kind kind;
    const uint8_t *payload;
    size_t length;
} wayside_entry;

// Opens the queue in `area`: goes on with what is there where it is whole and this device's, else begins anew. What was
// in flight counts as unsent. `queue->found` says which; neither is an error. The area needs no alignment.
wayside_result wayside_queue_open(wayside_queue *queue, const char *device_id, void *area, size_t area_byte_count);

// Takes every entry out.
void wayside_queue_clear(wayside_queue *queue);

// Puts a telemetry or event message behind the others. Where there is no room the oldest entries go, acknowledged or
// not, and count as `dropped` unless acknowledged: the gap in their sequence numbers tells the gateway.
wayside_result wayside_queue_push(wayside_queue *queue, wayside_kind kind, const uint8_t *payload, size_t length);

// The oldest entry that is not in flight.
wayside_result wayside_queue_next(const wayside_queue *queue, wayside_entry *entry);

// Says that what wayside_queue_next answered was handed to the MQTT client under `message_id`.
wayside_result wayside_queue_sent(wayside_queue *queue, int32_t message_id);

// Says that PUBACK came for `message_id`: the entry goes as soon as all older ones have. An id that is not in flight
// (its entry was dropped, or it was sent before a reconnect) changes nothing.
wayside_result wayside_queue_acknowledge(wayside_queue *queue, int32_t message_id);

// Says that the MQTT client gave up what is in flight, as after a lost connection: all of it is to be sent again, in
// the order it had and with the numbers it had. The gateway knows again what had arrived.
void wayside_queue_rewind(wayside_queue *queue);

#ifdef __cplusplus
}
#endif

#endif
