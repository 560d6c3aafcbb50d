#ifndef BROKER_H
#define BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Connects to the broker and stays connected; what happens is told as events. `will` is published by the broker on
// `will_topic`, retained, when the connection is lost. Texts and will must live as long as the program.
void broker_begin(const char *device_id, const char *will_topic, const uint8_t *will, size_t will_byte_count);

// Hands a message to the client, QoS 1. Copies it and never waits for the network. The message id, or -1 where the
// client has no room for it just now.
int broker_publish(const char *topic, const uint8_t *payload, size_t byte_count, bool retained);

#endif
