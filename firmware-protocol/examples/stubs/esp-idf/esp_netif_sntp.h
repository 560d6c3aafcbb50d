// Declarations only, to check the syntax of the examples: see ../../README.md. Not ESP-IDF's header.
#ifndef STUB_ESP_NETIF_SNTP_H
#define STUB_ESP_NETIF_SNTP_H

#include <sys/time.h>

#include "esp_err.h"

typedef struct {
    const char *server;
    void (*sync_cb)(struct timeval *time);
} esp_sntp_config_t;

#define ESP_NETIF_SNTP_DEFAULT_CONFIG(name) {.server = (name), .sync_cb = 0}

esp_err_t esp_netif_sntp_init(const esp_sntp_config_t *settings);

#endif
