#include "broker.h"

#include "esp_log.h"
#include "events.h"
#include "identity.h"
#include "mqtt_client.h"
#include "sdkconfig.h"

enum {
    KEEP_ALIVE_SECONDS = 15,
    // What esp-mqtt may hold for sending: the messages in flight, the state and the birth. The queue holds the rest.
    OUTBOX_BYTE_LIMIT = 16384,
    SESSION_EXPIRY_SECONDS = 3600,
    PEM_CAPACITY = 4096,
    PASSWORD_CAPACITY = 129,
    FIRST_REFUSAL = 0x80
};

extern const char ca_pem[] asm("_binary_ca_pem_start");

static const char tag[] = "broker";
static esp_mqtt_client_handle_t client;

// With MQTT 5 an acknowledgement may be a refusal, which esp-mqtt tells as one byte of data and otherwise as success. A
// message that the broker will not have would be refused again, so it counts as sent; its gap in `seq` remains.
static void look_for_refusal(const esp_mqtt_event_t *told) {
#ifdef CONFIG_MQTT_PROTOCOL_5
    if (told->data_len == 1 && (uint8_t)told->data[0] >= FIRST_REFUSAL) {
        ESP_LOGE(tag, "the broker refused a message with reason 0x%02x; 0x87 is \"not authorised\": look at its ACL",
                 (unsigned)(uint8_t)told->data[0]);
    }
#else
    (void)told;
#endif
}

static void on_mqtt_event(void *context, esp_event_base_t base, int32_t id, void *data) {
    (void)context;
    (void)base;
    const esp_mqtt_event_t *told = data;
    switch ((esp_mqtt_event_id_t)id) {
        case MQTT_EVENT_CONNECTED: post_event(EVENT_CONNECTED, 0); break;
        case MQTT_EVENT_DISCONNECTED: post_event(EVENT_DISCONNECTED, 0); break;
        case MQTT_EVENT_PUBLISHED:
            look_for_refusal(told);
            post_event(EVENT_ACKNOWLEDGED, (uint64_t)told->msg_id);
            break;
        case MQTT_EVENT_DELETED: post_event(EVENT_GIVEN_UP, (uint64_t)told->msg_id); break;
        case MQTT_EVENT_ERROR:
            ESP_LOGW(tag, "error of kind %d, refusal %d", (int)told->error_handle->error_type,
                     (int)told->error_handle->connect_return_code);
            break;
        default: break;
    }
}

static void take_credentials(esp_mqtt_client_config_t *settings) {
#ifdef CONFIG_WAYSIDE_CLIENT_CERTIFICATE
    // The broker takes the certificate's common name for the user name (use_identity_as_username): make it the device
    // id.
    static char certificate[PEM_CAPACITY];
    static char private_key[PEM_CAPACITY];
    if (identity_text("certificate", certificate, sizeof certificate) &&
        identity_text("private_key", private_key, sizeof private_key)) {
        settings->credentials.authentication.certificate = certificate;
        settings->credentials.authentication.key = private_key;
    } else {
        ESP_LOGE(tag, "no certificate and private_key in NVS (wayside): the broker will refuse the connection");
    }
#else
    static char password[PASSWORD_CAPACITY];
    if (identity_text("password", password, sizeof password)) {
        settings->credentials.authentication.password = password;
    } else {
        ESP_LOGE(tag, "no password in NVS (wayside): the broker will refuse the connection");
    }
#endif
}

void broker_begin(const char *device_id, const char *will_topic, const uint8_t *will, size_t will_byte_count) {
    esp_mqtt_client_config_t settings = {
        .broker.address.uri = CONFIG_WAYSIDE_BROKER_URI,
        .broker.verification.certificate = ca_pem,
        .credentials.username = device_id,
        .credentials.client_id = device_id,
        .session.last_will =
            {.topic = will_topic, .msg = (const char *)will, .msg_len = (int)will_byte_count, .qos = 1, .retain = 1},
        // A persistent session: what is in flight survives a reconnect.
        .session.disable_clean_session = true,
        .session.keepalive = KEEP_ALIVE_SECONDS,
#ifdef CONFIG_MQTT_PROTOCOL_5
        .session.protocol_ver = MQTT_PROTOCOL_V_5,
#else
        // 3.1.1 does not say when the broker's ACL drops a message: look into the broker's log.
        .session.protocol_ver = MQTT_PROTOCOL_V_3_1_1,
#endif
        .outbox.limit = OUTBOX_BYTE_LIMIT,
    };
    take_credentials(&settings);
    client = esp_mqtt_client_init(&settings);
    if (client == NULL) {
        ESP_LOGE(tag, "esp-mqtt takes no client with these settings: check the broker's address");
        return;
    }
#ifdef CONFIG_MQTT_PROTOCOL_5
    esp_mqtt5_connection_property_config_t properties = {.session_expiry_interval = SESSION_EXPIRY_SECONDS};
    ESP_ERROR_CHECK(esp_mqtt5_client_set_connect_property(client, &properties));
#endif
    ESP_ERROR_CHECK(esp_mqtt_client_register_event(client, MQTT_EVENT_ANY, on_mqtt_event, NULL));
    ESP_ERROR_CHECK(esp_mqtt_client_start(client));
}

int broker_publish(const char *topic, const uint8_t *payload, size_t byte_count, bool retained) {
    if (client == NULL) {
        return -1;
    }
    int id = esp_mqtt_client_enqueue(client, topic, (const char *)payload, (int)byte_count, 1, retained ? 1 : 0, true);
    return id < 0 ? -1 : id;
}
