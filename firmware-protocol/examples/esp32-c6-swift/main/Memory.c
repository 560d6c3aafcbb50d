#include "Memory.h"

#include "esp_attr.h"
#include "wayside_message.h"

static RTC_NOINIT_ATTR uint8_t queue_area[4096];
static uint8_t message[1024];
static uint8_t will[128];
static uint8_t device_id[WAYSIDE_DEVICE_ID_BYTE_LIMIT + 1];
static uint8_t topics[4][WAYSIDE_TOPIC_CAPACITY];

memory memory_queue_area(void) { return (memory){queue_area, sizeof queue_area}; }

memory memory_message(void) { return (memory){message, sizeof message}; }

memory memory_will(void) { return (memory){will, sizeof will}; }

memory memory_device_id(void) { return (memory){device_id, sizeof device_id}; }

memory memory_topic(unsigned kind) { return (memory){topics[kind & 3], sizeof topics[0]}; }
