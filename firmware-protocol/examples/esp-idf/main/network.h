#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>

// Joins the Wi-Fi network, joins it again whenever it is lost, and asks for the time. Returns at once.
void network_begin(void);

// The signal strength in dBm; false while there is no connection.
bool network_rssi(int *dbm);

#endif
