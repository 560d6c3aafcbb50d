// Declarations only, to check the syntax of the examples: see ../../README.md. Not ESP-IDF's header.
#ifndef STUB_SDKCONFIG_H
#define STUB_SDKCONFIG_H

// What idf.py would generate from the Kconfig files. ../../../check-examples.sh defines the choices.
#define CONFIG_WAYSIDE_WIFI_SSID "plant"
#define CONFIG_WAYSIDE_WIFI_PASSWORD "secret"
#define CONFIG_WAYSIDE_BROKER_URI "mqtts://gateway.local:8883"
#define CONFIG_WAYSIDE_TIME_SERVER "pool.ntp.org"
#define CONFIG_WAYSIDE_INTERVAL_MS 1000
#define CONFIG_WAYSIDE_EMERGENCY_STOP_GPIO 4
#define CONFIG_WAYSIDE_CURRENT_ADC_CHANNEL 0
#define CONFIG_WAYSIDE_BATTERY_ADC_CHANNEL 1

#endif
