// What the Swift of this application calls in C.
#ifndef BRIDGING_HEADER_H
#define BRIDGING_HEADER_H

#include "Memory.h"
#include "broker.h"
#include "esp_system.h"
#include "events.h"
#include "identity.h"
#include "machine.h"
#include "network.h"
#include "sdkconfig.h"
#include "wayside_queue.h"

#endif
