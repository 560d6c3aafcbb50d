// Declarations only, to check the syntax of the examples: see ../../README.md. Not ESP-IDF's header.
#ifndef STUB_ESP_ERR_H
#define STUB_ESP_ERR_H

#include <stdint.h>

typedef int esp_err_t;
#define ESP_OK 0
#define ESP_FAIL (-1)

_Noreturn void abort(void);
const char *esp_err_to_name(esp_err_t code);

#define ESP_ERROR_CHECK(call)      \
    do {                           \
        if ((call) != ESP_OK) {    \
            abort();               \
        }                          \
    } while (0)

#endif
