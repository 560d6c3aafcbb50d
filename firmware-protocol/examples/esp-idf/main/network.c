#include "network.h"

#include <string.h>
#include <sys/time.h>

#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_netif_sntp.h"
#include "esp_wifi.h"
#include "events.h"
#include "sdkconfig.h"

static const char tag[] = "network";

static void on_wifi_event(void *context, esp_event_base_t base, int32_t id, void *data) {
    (void)context;
    (void)base;
    (void)data;
    if (id == WIFI_EVENT_STA_START || id == WIFI_EVENT_STA_DISCONNECTED) {
        esp_err_t error = esp_wifi_connect();
        if (error != ESP_OK) {
            ESP_LOGW(tag, "cannot join: %s", esp_err_to_name(error));
        }
    }
}

// Called at each synchronisation, not only at the first, so that what the clock has drifted does not add up.
static void on_time(struct timeval *now) {
    post_event(EVENT_SYNCHRONISED, (uint64_t)now->tv_sec * 1000 + (uint64_t)now->tv_usec / 1000);
}

void network_begin(void) {
    ESP_ERROR_CHECK(esp_netif_init());
    ESP_ERROR_CHECK(esp_event_loop_create_default());
    esp_netif_create_default_wifi_sta();
    wifi_init_config_t defaults = WIFI_INIT_CONFIG_DEFAULT();
    ESP_ERROR_CHECK(esp_wifi_init(&defaults));
    ESP_ERROR_CHECK(esp_event_handler_register(WIFI_EVENT, ESP_EVENT_ANY_ID, on_wifi_event, NULL));
    wifi_config_t station;
    memset(&station, 0, sizeof station);
    strncpy((char *)station.sta.ssid, CONFIG_WAYSIDE_WIFI_SSID, sizeof station.sta.ssid - 1);
    strncpy((char *)station.sta.password, CONFIG_WAYSIDE_WIFI_PASSWORD, sizeof station.sta.password - 1);
    ESP_ERROR_CHECK(esp_wifi_set_mode(WIFI_MODE_STA));
    ESP_ERROR_CHECK(esp_wifi_set_config(WIFI_IF_STA, &station));
    ESP_ERROR_CHECK(esp_wifi_start());
    esp_sntp_config_t time = ESP_NETIF_SNTP_DEFAULT_CONFIG(CONFIG_WAYSIDE_TIME_SERVER);
    time.sync_cb = on_time;
    ESP_ERROR_CHECK(esp_netif_sntp_init(&time));
}

bool network_rssi(int *dbm) {
    wifi_ap_record_t access_point;
    if (esp_wifi_sta_get_ap_info(&access_point) != ESP_OK) {
        return false;
    }
    *dbm = access_point.rssi;
    return true;
}
