#include <string.h>

#include "wayside_internal.h"

static const uint32_t powers_of_ten[WAYSIDE_DECIMAL_LIMIT + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};

static wayside_reading reading(
    wayside_quantity quantity, const char *channel, wayside_value_kind kind, int64_t scaled, uint8_t decimals) {
    wayside_reading made;
    made.quantity = quantity;
    made.channel = channel;
    made.scaled = scaled;
    made.decimals = decimals;
    made.kind = (uint8_t)kind;
    return made;
}

// A number that was computed: null where it reaches the limit.
static wayside_reading computed(
    wayside_quantity quantity, const char *channel, bool negative, uint64_t magnitude, uint8_t decimals) {
    if (magnitude >= (uint64_t)WAYSIDE_SCALED_LIMIT) {
        return reading(quantity, channel, WAYSIDE_VALUE_NULL, 0, decimals);
    }
    int64_t scaled = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return reading(quantity, channel, WAYSIDE_VALUE_SCALED, scaled, decimals);
}

wayside_reading wayside_reading_scaled(
    wayside_quantity quantity, const char *channel, int64_t scaled, uint8_t decimals) {
    wayside_value_kind kind = wayside_is_scaled(scaled) ? WAYSIDE_VALUE_SCALED : WAYSIDE_VALUE_NULL;
    return reading(quantity, channel, kind, kind == WAYSIDE_VALUE_SCALED ? scaled : 0, decimals);
}

// |value| · 10^decimals, rounded with halves up, from the bits of an IEEE 754 single: its 24 bits of fraction times at
// most 10^6 need 44, so that everything fits into 64. WAYSIDE_SCALED_LIMIT where it is too large or not a number.
static uint64_t magnitude_of(uint32_t bits, uint8_t decimals) {
    uint32_t exponent = bits >> 23 & 0xff;
    if (exponent == 0xff) {
        return (uint64_t)WAYSIDE_SCALED_LIMIT;
    }
    uint64_t fraction = bits & 0x7fffff;
    fraction |= exponent == 0 ? 0 : 0x800000;
    fraction *= powers_of_ten[decimals];
    // The value is fraction · 2^(exponent - 150); exponent 0 counts as 1.
    int shift = (exponent == 0 ? 1 : (int)exponent) - 150;
    if (shift >= 0) {
        bool too_large = shift > 30 || fraction > (uint64_t)WAYSIDE_SCALED_LIMIT >> shift;
        return too_large ? (uint64_t)WAYSIDE_SCALED_LIMIT : fraction << shift;
    }
    return shift < -62 ? 0 : (fraction + (UINT64_C(1) << (-shift - 1))) >> -shift;
}

wayside_reading wayside_reading_float(wayside_quantity quantity, const char *channel, float value, uint8_t decimals) {
    if (decimals > WAYSIDE_DECIMAL_LIMIT) {
        return reading(quantity, channel, WAYSIDE_VALUE_SCALED, 0, decimals);  // The encoder refuses it.
    }
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return computed(quantity, channel, bits >> 31 != 0, magnitude_of(bits, decimals), decimals);
}

wayside_reading wayside_reading_double(
    wayside_quantity quantity, const char *channel, double value, uint8_t decimals) {
    if (decimals > WAYSIDE_DECIMAL_LIMIT) {
        return reading(quantity, channel, WAYSIDE_VALUE_SCALED, 0, decimals);  // The encoder refuses it.
    }
    double product = (value < 0 ? -value : value) * (double)powers_of_ten[decimals];
    double magnitude = product + 0.5;
    // Written so that NaN is refused, and before the conversion, which has no meaning for what does not fit.
    if (!(magnitude < (double)WAYSIDE_SCALED_LIMIT)) {
        return reading(quantity, channel, WAYSIDE_VALUE_NULL, 0, decimals);
    }
    return computed(quantity, channel, value < 0, (uint64_t)magnitude, decimals);
}

wayside_reading wayside_reading_flag(wayside_quantity quantity, const char *channel, bool value) {
    return reading(quantity, channel, WAYSIDE_VALUE_FLAG, value ? 1 : 0, WAYSIDE_DECIMALS_AS_BEFORE);
}

wayside_reading wayside_reading_null(wayside_quantity quantity, const char *channel) {
    return reading(quantity, channel, WAYSIDE_VALUE_NULL, 0, WAYSIDE_DECIMALS_AS_BEFORE);
}
