#include "machine.h"

#include "driver/gpio.h"
#include "esp_adc/adc_oneshot.h"
#include "esp_err.h"
#include "esp_system.h"
#include "events.h"
#include "network.h"
#include "sdkconfig.h"

enum {
    // What 12 bits at 12 dB attenuation span, uncalibrated: good to some percent. esp_adc/adc_cali.h does better.
    FULL_SCALE_MILLIVOLTS = 3100,
    FULL_SCALE_STEPS = 4095,
    CURRENT_SENSOR_MIDDLE_MILLIVOLTS = 1650
};

static adc_oneshot_unit_handle_t converter;

const wayside_declared_quantity machine_quantities[] = {
    {{WAYSIDE_HEAP_FREE, NULL, NULL}, NULL},
    {{WAYSIDE_HEAP_MINIMUM, NULL, NULL}, NULL},
    {{WAYSIDE_WIFI_RSSI, NULL, NULL}, NULL},
    {{WAYSIDE_SAFETY_EMERGENCY_STOP, NULL, NULL}, NULL},
    {{WAYSIDE_MOTOR_CURRENT, NULL, NULL}, "0"},
#ifdef CONFIG_WAYSIDE_BATTERY
    {{WAYSIDE_BATTERY_VOLTAGE, NULL, NULL}, NULL},
#endif
};
const size_t machine_quantity_count = sizeof machine_quantities / sizeof machine_quantities[0];

// Operating hours weighted by (current / 5 A)^3, of 20,000 the motor is made for. ../../../../Sources/Wear/MODELS.md
// has the models.
static const wayside_parameter motor_parameters[] = {
    {"nominal_load", 5, 0}, {"load_exponent", 3, 0}, {"nominal_life_hours", 20000, 0}};
const wayside_wear machine_wear[] = {
    {"motor", "operating_hours", {WAYSIDE_MOTOR_CURRENT, NULL, NULL}, "0", motor_parameters, 3}};
const size_t machine_wear_count = 1;

bool machine_is_pressed(void) { return gpio_get_level((gpio_num_t)CONFIG_WAYSIDE_EMERGENCY_STOP_GPIO) != 0; }

// The level is taken here: by the time the task looks, a short press would be over.
static void on_edge(void *context) {
    (void)context;
    post_event(EVENT_SAFETY_CHANGED, machine_is_pressed() ? 1 : 0);
}

static void prepare_channel(int channel) {
    adc_oneshot_chan_cfg_t settings = {.atten = ADC_ATTEN_DB_12, .bitwidth = ADC_BITWIDTH_12};
    ESP_ERROR_CHECK(adc_oneshot_config_channel(converter, (adc_channel_t)channel, &settings));
}

void machine_begin(void) {
    adc_oneshot_unit_init_cfg_t unit = {.unit_id = ADC_UNIT_1};
    ESP_ERROR_CHECK(adc_oneshot_new_unit(&unit, &converter));
    prepare_channel(CONFIG_WAYSIDE_CURRENT_ADC_CHANNEL);
#ifdef CONFIG_WAYSIDE_BATTERY
    prepare_channel(CONFIG_WAYSIDE_BATTERY_ADC_CHANNEL);
#endif
    // A broken wire reads as pressed.
    gpio_config_t stop = {
        .pin_bit_mask = UINT64_C(1) << CONFIG_WAYSIDE_EMERGENCY_STOP_GPIO,
        .mode = GPIO_MODE_INPUT,
        .pull_up_en = GPIO_PULLUP_ENABLE,
        .pull_down_en = GPIO_PULLDOWN_DISABLE,
        .intr_type = GPIO_INTR_ANYEDGE,
    };
    ESP_ERROR_CHECK(gpio_config(&stop));
    ESP_ERROR_CHECK(gpio_install_isr_service(0));
    ESP_ERROR_CHECK(gpio_isr_handler_add((gpio_num_t)CONFIG_WAYSIDE_EMERGENCY_STOP_GPIO, on_edge, NULL));
}

static bool read_millivolts(int channel, int *millivolts) {
    int steps = 0;
    if (adc_oneshot_read(converter, (adc_channel_t)channel, &steps) != ESP_OK) {
        return false;
    }
    *millivolts = steps * FULL_SCALE_MILLIVOLTS / FULL_SCALE_STEPS;
    return true;
}

wayside_reading machine_emergency_stop(bool pressed) {
    return wayside_reading_flag(wayside_standard(WAYSIDE_SAFETY_EMERGENCY_STOP), NULL, pressed);
}

bool machine_motor_current(int *hundredths) {
    int millivolts = 0;
    if (!read_millivolts(CONFIG_WAYSIDE_CURRENT_ADC_CHANNEL, &millivolts)) {
        return false;
    }
    // 100 mV are 1 A, so 1 mV is a hundredth of an ampere.
    int current = millivolts - CURRENT_SENSOR_MIDDLE_MILLIVOLTS;
    *hundredths = current < 0 ? -current : current;
    return true;
}

// In the order of their decimals: CBOR then has each scale once, and the shortest form.
// A sensor that cannot be read has no reading: null, and never 0.
size_t machine_read(wayside_reading readings[MACHINE_READING_LIMIT]) {
    size_t count = 0;
    readings[count++] =
        wayside_reading_scaled(wayside_standard(WAYSIDE_HEAP_FREE), NULL, (int64_t)esp_get_free_heap_size(), 0);
    readings[count++] = wayside_reading_scaled(
        wayside_standard(WAYSIDE_HEAP_MINIMUM), NULL, (int64_t)esp_get_minimum_free_heap_size(), 0);
    int dbm = 0;
    readings[count++] = network_rssi(&dbm)
                            ? wayside_reading_scaled(wayside_standard(WAYSIDE_WIFI_RSSI), NULL, dbm, 0)
                            : wayside_reading_null(wayside_standard(WAYSIDE_WIFI_RSSI), NULL);
    readings[count++] = machine_emergency_stop(machine_is_pressed());
    int hundredths = 0;
    readings[count++] = machine_motor_current(&hundredths)
                            ? wayside_reading_scaled(wayside_standard(WAYSIDE_MOTOR_CURRENT), "0", hundredths, 2)
                            : wayside_reading_null(wayside_standard(WAYSIDE_MOTOR_CURRENT), "0");
#ifdef CONFIG_WAYSIDE_BATTERY
    wayside_quantity battery = wayside_standard(WAYSIDE_BATTERY_VOLTAGE);
    int millivolts = 0;
    readings[count++] = read_millivolts(CONFIG_WAYSIDE_BATTERY_ADC_CHANNEL, &millivolts)
                            ? wayside_reading_scaled(battery, NULL, (int64_t)millivolts * 2, 3)
                            : wayside_reading_null(battery, NULL);
#endif
    return count;
}
