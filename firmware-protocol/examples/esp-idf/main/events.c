#include "events.h"

#include <stdatomic.h>

#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"

static StaticQueue_t control;
static uint8_t storage[EVENT_LIMIT * sizeof(event)];
static QueueHandle_t waiting;
static atomic_bool lost;

uint64_t uptime_ms(void) { return (uint64_t)esp_timer_get_time() / 1000; }

void events_begin(void) { waiting = xQueueCreateStatic(EVENT_LIMIT, sizeof(event), storage, &control); }

void post_event(event_kind kind, uint64_t number) {
    event happened = {kind, number, uptime_ms()};
    BaseType_t woken = pdFALSE;
    BaseType_t taken = xPortInIsrContext() ? xQueueSendFromISR(waiting, &happened, &woken)
                                           : xQueueSend(waiting, &happened, 0);
    if (taken != pdTRUE) {
        atomic_store(&lost, true);
    }
    if (woken != pdFALSE) {
        portYIELD_FROM_ISR(woken);
    }
}

bool next_event(event *happened, uint64_t milliseconds) {
    return xQueueReceive(waiting, happened, pdMS_TO_TICKS(milliseconds)) == pdTRUE;
}

bool events_were_lost(void) { return atomic_exchange(&lost, false); }
