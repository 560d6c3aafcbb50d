#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "wayside_device.h"

// The machine's sensors: replace these by yours. All are read from one task.

enum { MACHINE_READING_LIMIT = 8 };

// What the telemetry carries, for the birth message.
extern const wayside_declared_quantity machine_quantities[];
extern const size_t machine_quantity_count;
// Which part of it wears, and by what.
extern const wayside_wear machine_wear[];
extern const size_t machine_wear_count;

// Prepares the sensors, and has every edge of the emergency stop told as EVENT_SAFETY_CHANGED.
void machine_begin(void);

// Reads all sensors; how many readings it made.
size_t machine_read(wayside_reading readings[MACHINE_READING_LIMIT]);

// The emergency stop as a reading.
wayside_reading machine_emergency_stop(bool pressed);

// The sensors one by one, for those who make their readings themselves. The motor's current is in hundredths of an
// ampere; false where it could not be read.
bool machine_is_pressed(void);
bool machine_motor_current(int *hundredths);

#endif
