// Declarations only, to check the syntax of the examples: see ../../README.md. Not ESP-IDF's header.
#ifndef STUB_ESP_RANDOM_H
#define STUB_ESP_RANDOM_H

#include <stdint.h>

uint32_t esp_random(void);

#endif
