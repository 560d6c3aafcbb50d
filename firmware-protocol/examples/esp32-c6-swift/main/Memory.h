#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdint.h>

// The memory that the Swift works in: static, so that it needs no heap and its addresses hold for ever.
typedef struct {
    uint8_t *bytes;
    size_t count;
} memory;

memory memory_queue_area(void);      // survives every reset but a loss of power
memory memory_message(void);         // for one message at a time
memory memory_will(void);            // for the last will
memory memory_device_id(void);       // text
memory memory_topic(unsigned kind);  // text; one for each of the four kinds

#endif
