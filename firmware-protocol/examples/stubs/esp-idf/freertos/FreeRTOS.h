// Declarations only, to check the syntax of the examples: see ../../README.md. Not ESP-IDF's header.
#ifndef STUB_FREERTOS_FREERTOS_H
#define STUB_FREERTOS_FREERTOS_H

#include <stdint.h>

typedef int BaseType_t;
typedef unsigned UBaseType_t;
typedef uint32_t TickType_t;

typedef struct {
    void *reserved[20];
} StaticQueue_t;

#define pdTRUE 1
#define pdFALSE 0
#define configTICK_RATE_HZ 1000
#define pdMS_TO_TICKS(milliseconds) ((TickType_t)((uint64_t)(milliseconds) * configTICK_RATE_HZ / 1000))

BaseType_t xPortInIsrContext(void);
void stub_yield_from_isr(void);
#define portYIELD_FROM_ISR(woken) stub_yield_from_isr()

#endif
