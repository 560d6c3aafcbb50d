// Runs the ESP-IDF example on Linux against a make-believe ESP-IDF (the functions that examples/stubs declares), with a
// clock that only moves when the application waits, a broker that can be lost, and two boots that share NVS and RTC
// memory. Shows that the application's own logic loses nothing; of ESP-IDF it shows nothing.
// Run by ../check-examples.sh.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/gpio.h"
#include "esp_adc/adc_oneshot.h"
#include "esp_mac.h"
#include "esp_netif.h"
#include "esp_netif_sntp.h"
#include "esp_system.h"
#include "esp_timer.h"
#include "esp_wifi.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "mqtt_client.h"
#include "nvs.h"
#include "nvs_flash.h"
#include "wayside_queue.h"

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                \
        }                                                                           \
    } while (0)

enum { DELIVERED_LIMIT = 1000, ACK_LIMIT = 64, ACK_MS = 15, AREA = 4096 };

typedef struct {
    char topic[100];
    uint8_t payload[1024];
    int length;
    int retained;
    unsigned connection;
} message;

// What outlives a boot.
static struct {
    bool has_area;
    uint8_t area[AREA];
    bool has_boot_id;
    uint32_t boot_id;
    unsigned connection;
    message delivered[DELIVERED_LIMIT];
    size_t delivered_count;
    message will;
} *world;

typedef enum { CONNECT, LOSE_ACKNOWLEDGEMENTS, MUTE, DISCONNECT, PRESS, BOUNCE, RELEASE, SYNCHRONISE, RESET } action;

typedef struct {
    uint64_t ms;
    action what;
} step;

static const step *script;
static uint64_t now_ms;
static jmp_buf reset;
static bool online;
static bool mute;
static bool acknowledging = true;
static bool pressed;
static gpio_isr_t edge;
static bool in_interrupt;
static esp_event_handler_t mqtt_handler;
static void (*time_handler)(struct timeval *);
static int next_message_id = 1;
static struct {
    int id;
    uint64_t due_ms;
} acks[ACK_LIMIT];
static size_t ack_count;

extern uint8_t __start_rtc_noinit[];
extern uint8_t __stop_rtc_noinit[];
void app_main(void);

// The FreeRTOS queue: the application has one.
static uint8_t *items;
static size_t item_size, item_limit, item_count;

QueueHandle_t xQueueCreateStatic(UBaseType_t count, UBaseType_t size, uint8_t *storage, StaticQueue_t *control) {
    (void)control;
    items = storage;
    item_size = size;
    item_limit = count;
    return (QueueHandle_t)(void *)storage;
}

BaseType_t xQueueSend(QueueHandle_t queue, const void *item, TickType_t wait) {
    (void)queue;
    CHECK(wait == 0 && !in_interrupt);
    if (item_count == item_limit) {
        return pdFALSE;
    }
    memcpy(items + item_count++ * item_size, item, item_size);
    return pdTRUE;
}

BaseType_t xQueueSendFromISR(QueueHandle_t queue, const void *item, BaseType_t *woken) {
    CHECK(in_interrupt);
    in_interrupt = false;
    BaseType_t sent = xQueueSend(queue, item, 0);
    in_interrupt = true;
    *woken = pdTRUE;
    return sent;
}

static void tell_mqtt(esp_mqtt_event_id_t id, int message_id) {
    esp_mqtt_event_t told = {.msg_id = message_id};
    mqtt_handler(NULL, "MQTT", id, &told);
}

static void interrupt_with(bool level) {
    pressed = level;
    in_interrupt = true;
    edge(NULL);
    in_interrupt = false;
}

static void act(action what) {
    switch (what) {
        case CONNECT:
            online = true;
            mute = false;
            acknowledging = true;
            world->connection += 1;
            tell_mqtt(MQTT_EVENT_CONNECTED, 0);
            break;
        case LOSE_ACKNOWLEDGEMENTS: acknowledging = false; break;
        case MUTE: mute = true; break;
        case DISCONNECT:
            online = false;
            ack_count = 0;
            tell_mqtt(MQTT_EVENT_DISCONNECTED, 0);
            break;
        case PRESS: interrupt_with(true); break;
        case BOUNCE:
            for (int edges = 0; edges < 10; edges++) {
                interrupt_with(pressed);
            }
            break;
        case RELEASE: interrupt_with(false); break;
        case SYNCHRONISE: {
            struct timeval time = {.tv_sec = 1763600000 + (long)(now_ms / 1000)};
            time_handler(&time);
            break;
        }
        case RESET: longjmp(reset, 1);
    }
}

static void pass_one_millisecond(void) {
    now_ms += 1;
    while (script->ms <= now_ms) {
        act((script++)->what);
    }
    while (ack_count > 0 && acks[0].due_ms <= now_ms) {
        int id = acks[0].id;
        memmove(&acks[0], &acks[1], --ack_count * sizeof acks[0]);
        tell_mqtt(MQTT_EVENT_PUBLISHED, id);
    }
}

BaseType_t xQueueReceive(QueueHandle_t queue, void *item, TickType_t wait) {
    (void)queue;
    for (TickType_t waited = 0; item_count == 0 && waited < wait; waited++) {
        pass_one_millisecond();
    }
    if (item_count == 0) {
        return pdFALSE;
    }
    memcpy(item, items, item_size);
    memmove(items, items + item_size, --item_count * item_size);
    return pdTRUE;
}

BaseType_t xPortInIsrContext(void) { return in_interrupt ? pdTRUE : pdFALSE; }
void stub_yield_from_isr(void) {}

// esp-mqtt.
esp_mqtt_client_handle_t esp_mqtt_client_init(const esp_mqtt_client_config_t *settings) {
    CHECK(settings->session.last_will.qos == 1 && settings->session.last_will.retain == 1);
    CHECK(strcmp(settings->credentials.username, settings->credentials.client_id) == 0);
    world->will.length = settings->session.last_will.msg_len;
    memcpy(world->will.payload, settings->session.last_will.msg, (size_t)world->will.length);
    strcpy(world->will.topic, settings->session.last_will.topic);
    return (esp_mqtt_client_handle_t)(void *)world;
}

esp_err_t esp_mqtt_client_register_event(
    esp_mqtt_client_handle_t client, esp_mqtt_event_id_t event, esp_event_handler_t handler, void *context) {
    (void)client;
    (void)event;
    (void)context;
    mqtt_handler = handler;
    return ESP_OK;
}

esp_err_t esp_mqtt_client_start(esp_mqtt_client_handle_t client) {
    (void)client;
    return ESP_OK;
}

int esp_mqtt_client_enqueue(
    esp_mqtt_client_handle_t client, const char *topic, const char *data, int length, int qos, int retain, bool store) {
    (void)client;
    CHECK(online && qos == 1 && store && length > 0 && length <= 1024);
    if (ack_count >= 6) {
        return -2;  // As a full outbox.
    }
    int id = next_message_id++;
    if (!mute) {
        CHECK(world->delivered_count < DELIVERED_LIMIT);
        message *next = &world->delivered[world->delivered_count++];
        strcpy(next->topic, topic);
        memcpy(next->payload, data, (size_t)length);
        next->length = length;
        next->retained = retain;
        next->connection = world->connection;
        if (acknowledging) {
            acks[ack_count].id = id;
            acks[ack_count++].due_ms = now_ms + ACK_MS;
        }
    }
    return id;
}

#ifdef CONFIG_MQTT_PROTOCOL_5
esp_err_t esp_mqtt5_client_set_connect_property(
    esp_mqtt_client_handle_t client, const esp_mqtt5_connection_property_config_t *properties) {
    (void)client;
    return properties->session_expiry_interval > 0 ? ESP_OK : ESP_FAIL;
}
#endif

// NVS: the boot id and nothing else.
esp_err_t nvs_flash_init(void) { return ESP_OK; }
esp_err_t nvs_commit(nvs_handle_t handle) { return handle == 1 ? ESP_OK : ESP_FAIL; }

esp_err_t nvs_open(const char *name, nvs_open_mode_t mode, nvs_handle_t *handle) {
    CHECK(strcmp(name, "wayside") == 0 && mode == NVS_READWRITE);
    *handle = 1;
    return ESP_OK;
}

esp_err_t nvs_get_u32(nvs_handle_t handle, const char *key, uint32_t *value) {
    CHECK(handle == 1 && strcmp(key, "boot_id") == 0);
    if (!world->has_boot_id) {
        return ESP_ERR_NVS_NOT_FOUND;
    }
    *value = world->boot_id;
    return ESP_OK;
}

esp_err_t nvs_set_u32(nvs_handle_t handle, const char *key, uint32_t value) {
    CHECK(handle == 1 && strcmp(key, "boot_id") == 0);
    world->boot_id = value;
    world->has_boot_id = true;
    return ESP_OK;
}

esp_err_t nvs_get_str(nvs_handle_t handle, const char *key, char *text, size_t *length) {
    (void)handle;
    if (strcmp(key, "device_id") != 0 || *length < sizeof "pump-3") {
        return ESP_ERR_NVS_NOT_FOUND;
    }
    strcpy(text, "pump-3");
    return ESP_OK;
}

esp_err_t nvs_get_blob(nvs_handle_t handle, const char *key, void *bytes, size_t *length) {
    (void)handle;
    (void)key;
    (void)bytes;
    (void)length;
    return ESP_ERR_NVS_NOT_FOUND;
}

// The chip.
int64_t esp_timer_get_time(void) { return (int64_t)now_ms * 1000; }
uint32_t esp_random(void) { return 4; }
esp_reset_reason_t esp_reset_reason(void) { return ESP_RST_TASK_WDT; }
uint32_t esp_get_free_heap_size(void) { return 123456; }
uint32_t esp_get_minimum_free_heap_size(void) { return 100000; }
const char *esp_err_to_name(esp_err_t code) { return code == ESP_OK ? "ok" : "error"; }

esp_err_t esp_read_mac(uint8_t *mac, esp_mac_type_t type) {
    memset(mac, (int)type, 6);
    return ESP_OK;
}

void stub_log(const char *tag, const char *format, ...) {
    if (getenv("EXAMPLE_LOG") != NULL) {
        va_list arguments;
        va_start(arguments, format);
        fprintf(stderr, "%s: ", tag);
        vfprintf(stderr, format, arguments);
        fprintf(stderr, "\n");
        va_end(arguments);
    }
}

esp_err_t gpio_config(const gpio_config_t *settings) { return settings->mode == GPIO_MODE_INPUT ? ESP_OK : ESP_FAIL; }
esp_err_t gpio_install_isr_service(int flags) { return flags == 0 ? ESP_OK : ESP_FAIL; }
int gpio_get_level(gpio_num_t pin) { return pin == 4 && pressed ? 1 : 0; }

esp_err_t gpio_isr_handler_add(gpio_num_t pin, gpio_isr_t handler, void *context) {
    (void)context;
    edge = handler;
    return pin == 4 ? ESP_OK : ESP_FAIL;
}

esp_err_t adc_oneshot_new_unit(const adc_oneshot_unit_init_cfg_t *settings, adc_oneshot_unit_handle_t *handle) {
    (void)settings;
    (void)handle;
    return ESP_OK;
}

esp_err_t adc_oneshot_config_channel(
    adc_oneshot_unit_handle_t handle, adc_channel_t channel, const adc_oneshot_chan_cfg_t *settings) {
    (void)handle;
    (void)channel;
    (void)settings;
    return ESP_OK;
}

esp_err_t adc_oneshot_read(adc_oneshot_unit_handle_t handle, adc_channel_t channel, int *steps) {
    (void)handle;
    (void)channel;
    *steps = 2867;
    return now_ms % 3000 == 0 ? ESP_FAIL : ESP_OK;  // A sensor that now and then does not answer.
}

// The network: always there, as far as the application sees.
esp_event_base_t const WIFI_EVENT = "WIFI";
esp_err_t esp_netif_init(void) { return ESP_OK; }
esp_netif_t *esp_netif_create_default_wifi_sta(void) { return NULL; }
esp_err_t esp_event_loop_create_default(void) { return ESP_OK; }

esp_err_t esp_event_handler_register(
    esp_event_base_t base, int32_t id, esp_event_handler_t handler, void *context) {
    handler(context, base, WIFI_EVENT_STA_START, NULL);
    return id == ESP_EVENT_ANY_ID ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_netif_sntp_init(const esp_sntp_config_t *settings) {
    time_handler = settings->sync_cb;
    return ESP_OK;
}

esp_err_t esp_wifi_init(const wifi_init_config_t *settings) { return settings->magic == 1 ? ESP_OK : ESP_FAIL; }
esp_err_t esp_wifi_set_mode(wifi_mode_t mode) { return mode == WIFI_MODE_STA ? ESP_OK : ESP_FAIL; }
esp_err_t esp_wifi_start(void) { return ESP_OK; }
esp_err_t esp_wifi_connect(void) { return ESP_OK; }

esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *settings) {
    (void)interface;
    return strcmp((char *)settings->sta.ssid, "plant") == 0 ? ESP_OK : ESP_FAIL;
}

esp_err_t esp_wifi_sta_get_ap_info(wifi_ap_record_t *record) {
    record->rssi = -60;
    return online ? ESP_OK : ESP_FAIL;
}

const char stub_ca_pem[] asm("_binary_ca_pem_start") = "";

// --- The two boots and what must have come of them.

static void run_boot(const step *steps) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        size_t area_count = (size_t)(__stop_rtc_noinit - __start_rtc_noinit);
        CHECK(area_count == AREA);
        memset(__start_rtc_noinit, 0x5a, area_count);
        if (world->has_area) {
            memcpy(__start_rtc_noinit, world->area, area_count);
        }
        script = steps;
        if (setjmp(reset) == 0) {
            app_main();
        }
        memcpy(world->area, __start_rtc_noinit, area_count);
        world->has_area = true;
        _exit(0);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// An unsigned number of CBOR at `*at`.
static uint32_t read_number(const uint8_t **at) {
    uint8_t head = *(*at)++;
    unsigned bytes = head < 24 ? 0 : 1u << (head - 24);
    uint32_t number = bytes == 0 ? head : 0;
    for (; bytes > 0; bytes--) {
        number = number << 8 | *(*at)++;
    }
    return number;
}

static bool is_kind(const message *message, const char *kind) {
    return strncmp(message->topic, "wayside/v1/pump-3/", 18) == 0 && strcmp(message->topic + 18, kind) == 0;
}

int main(void) {
    world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(world != MAP_FAILED);
    // Connected; then acknowledgements do not come back, then nothing goes out, which is noticed two seconds later; the
    // emergency stop meanwhile, with a bouncing contact; connected again; lost for good, and a reset with the backlog in
    // RTC memory.
    static const step first[] = {
        {700, CONNECT},      {5000, SYNCHRONISE}, {8300, LOSE_ACKNOWLEDGEMENTS},
        {10300, MUTE},       {12300, DISCONNECT}, {15100, PRESS},
        {15102, BOUNCE},     {40000, CONNECT},    {50000, RELEASE},
        {55000, DISCONNECT}, {60400, RESET},      {UINT64_MAX, RESET},
    };
    static const step second[] = {{3000, CONNECT}, {9500, RESET}, {UINT64_MAX, RESET}};
    run_boot(first);
    size_t before_reset = world->delivered_count;
    run_boot(second);

    uint32_t next[3] = {0, 0, 0};
    unsigned duplicates = 0, edges = 0, introductions = 0;
    unsigned connection = 0;
    for (size_t index = 0; index < world->delivered_count; index++) {
        const message *message = &world->delivered[index];
        if (message->connection != connection) {
            // Each connection begins with the state and the birth, both retained.
            connection = message->connection;
            CHECK(is_kind(message, "state") && message->retained);
            CHECK(is_kind(&world->delivered[index + 1], "birth") && world->delivered[index + 1].retained);
            introductions += 1;
        }
        if (is_kind(message, "state") || is_kind(message, "birth")) {
            continue;
        }
        CHECK(!message->retained && (is_kind(message, "telemetry") || is_kind(message, "event")));
        edges += is_kind(message, "event") ? 1 : 0;
        const uint8_t *at = message->payload + 1;
        CHECK(*at++ == 1);
        uint32_t boot_id = read_number(&at);
        CHECK(*at++ == 2 && boot_id >= 1 && boot_id <= 2);
        uint32_t sequence = read_number(&at);
        CHECK(boot_id == 1 || next[1] > 0);
        // In their order, none missing; what came again is from before.
        CHECK(sequence <= next[boot_id]);
        duplicates += sequence < next[boot_id] ? 1 : 0;
        next[boot_id] += sequence == next[boot_id] ? 1 : 0;
    }
    CHECK(introductions == 3 && edges == 2 && duplicates == 2);
    // One telemetry a second from 0 to 60 s and two edges; one a second from 0 to 9 s.
    CHECK(next[1] == 61 + 2 && next[2] == 10);
    CHECK(before_reset < world->delivered_count);
    CHECK(is_kind(&world->will, "state") && world->will.payload[0] == 0xa2);
    printf("the C example on Linux: %u and %u messages of two boots, none missing, in order, %u twice\n", next[1],
           next[2], duplicates);
    return 0;
}
