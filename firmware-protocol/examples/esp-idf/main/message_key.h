#ifndef MESSAGE_KEY_H
#define MESSAGE_KEY_H

#include "wayside_device.h"

// How messages are authenticated, by the key in NVS; null where the configuration does not want it or there is no key.
const wayside_authentication *message_key(void);

#endif
