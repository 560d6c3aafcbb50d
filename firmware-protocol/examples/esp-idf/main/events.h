#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>
#include <stdint.h>

// What other tasks and interrupts tell the one task that owns the device and its queue.
typedef enum {
    EVENT_CONNECTED,
    EVENT_DISCONNECTED,
    EVENT_ACKNOWLEDGED,   // number: the message id
    EVENT_GIVEN_UP,       // esp-mqtt has deleted a message that was not acknowledged
    EVENT_SAFETY_CHANGED, // number: the uptime in ms; from an interrupt
    EVENT_SYNCHRONISED    // number: the wall clock in ms; uptime_ms: when it was that
} event_kind;

typedef struct {
    event_kind kind;
    uint64_t number;
    uint64_t uptime_ms;
} event;

// Milliseconds since start, in 64 bits. May be called from anywhere.
uint64_t uptime_ms(void);

// Tells the task. Never waits: esp-mqtt calls this with its lock held, which the task takes to publish. What does not
// fit is noted, and the task then sends again what is in flight.
void post_event(event_kind kind, uint64_t number);

#endif
