#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>
#include <stdint.h>

// What other tasks and interrupts tell the one task that owns the device and its queue.
typedef enum {
    EVENT_CONNECTED,
    EVENT_DISCONNECTED,
    EVENT_ACKNOWLEDGED,    // number: the message id
    EVENT_GIVEN_UP,        // esp-mqtt has deleted a message that was not acknowledged
    EVENT_SAFETY_CHANGED,  // number: whether the emergency stop is pressed; from an interrupt
    EVENT_SYNCHRONISED     // number: the wall clock in ms
} event_kind;

typedef struct {
    event_kind kind;
    uint64_t number;
    uint64_t uptime_ms;  // when it happened
} event;

// Events that wait, at most: those of all messages in flight, of state and birth, and some edges.
enum { EVENT_LIMIT = 32 };

// Milliseconds since start, in 64 bits. May be called from anywhere.
uint64_t uptime_ms(void);

// Before all else that may post.
void events_begin(void);

// Tells the task. Never waits: esp-mqtt calls this with its lock held, which the task takes to publish. What does not
// fit is noted.
void post_event(event_kind kind, uint64_t number);

// Waits at most `milliseconds` for the next event.
bool next_event(event *happened, uint64_t milliseconds);

// Whether an event did not fit since the last call. It may have been an acknowledgement, which does not come twice:
// send again what is in flight. An edge that was lost is told by the next telemetry.
bool events_were_lost(void);

#endif
