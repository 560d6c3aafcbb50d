#include "identity.h"

#include <stdio.h>

#include "esp_log.h"
#include "esp_mac.h"
#include "esp_random.h"
#include "esp_system.h"
#include "nvs.h"
#include "nvs_flash.h"

static const char tag[] = "identity";
static nvs_handle_t memory;
static bool memory_is_open;

void identity_begin(void) {
    esp_err_t error = nvs_flash_init();
    if (error == ESP_OK) {
        error = nvs_open("wayside", NVS_READWRITE, &memory);
    }
    memory_is_open = error == ESP_OK;
    if (!memory_is_open) {
        ESP_LOGE(tag, "NVS cannot be opened: %s. Look at the partition table; erasing it begins the boot counter anew",
                 esp_err_to_name(error));
    }
}

bool identity_text(const char *name, char *text, size_t capacity) {
    return memory_is_open && nvs_get_str(memory, name, text, &capacity) == ESP_OK;
}

bool identity_bytes(const char *name, uint8_t *bytes, size_t *count) {
    return memory_is_open && nvs_get_blob(memory, name, bytes, count) == ESP_OK;
}

void identity_device_id(char id[WAYSIDE_DEVICE_ID_BYTE_LIMIT + 1]) {
    if (identity_text("device_id", id, WAYSIDE_DEVICE_ID_BYTE_LIMIT + 1) && wayside_is_device_id(id)) {
        return;
    }
    uint8_t mac[6] = {0};
    if (esp_read_mac(mac, ESP_MAC_WIFI_STA) != ESP_OK) {
        ESP_LOGW(tag, "no MAC address; the device id is that of all zeros");
    }
    snprintf(id, WAYSIDE_DEVICE_ID_BYTE_LIMIT + 1, "esp32-%02x%02x%02x%02x%02x%02x", mac[0], mac[1], mac[2], mac[3],
             mac[4], mac[5]);
}

static bool load_boot_id(void *context, uint32_t *boot_id) {
    (void)context;
    *boot_id = 0;
    if (!memory_is_open) {
        return false;
    }
    esp_err_t error = nvs_get_u32(memory, "boot_id", boot_id);
    return error == ESP_OK || error == ESP_ERR_NVS_NOT_FOUND;
}

static bool store_boot_id(void *context, uint32_t boot_id) {
    (void)context;
    return nvs_set_u32(memory, "boot_id", boot_id) == ESP_OK && nvs_commit(memory) == ESP_OK;
}

bool identity_boot_id(uint32_t *boot_id) {
    wayside_boot_memory counter = {load_boot_id, store_boot_id, NULL};
    if (wayside_next_boot_id(&counter, boot_id) == WAYSIDE_OK) {
        return true;
    }
    *boot_id = esp_random();
    return false;
}

wayside_reset_reason identity_reset_reason(void) {
    switch (esp_reset_reason()) {
        case ESP_RST_POWERON: return WAYSIDE_RESET_POWER_ON;
        case ESP_RST_EXT: return WAYSIDE_RESET_EXTERNAL;
        case ESP_RST_SW: return WAYSIDE_RESET_SOFTWARE;
        case ESP_RST_PANIC: return WAYSIDE_RESET_PANIC;
        case ESP_RST_INT_WDT:
        case ESP_RST_TASK_WDT:
        case ESP_RST_WDT: return WAYSIDE_RESET_WATCHDOG;
        case ESP_RST_DEEPSLEEP: return WAYSIDE_RESET_DEEP_SLEEP;
        case ESP_RST_BROWNOUT: return WAYSIDE_RESET_BROWNOUT;
        default: return WAYSIDE_RESET_UNKNOWN;
    }
}
