#include <string.h>

#include "wayside_internal.h"

static bool same_channel(const char *one, const char *other) {
    return strcmp(wayside_text_or_empty(one), wayside_text_or_empty(other)) == 0;
}

static wayside_result check_quantity(wayside_quantity quantity, const char *channel) {
    wayside_resolved resolved;
    wayside_result result = wayside_resolve(quantity, &resolved);
    if (result == WAYSIDE_OK && !wayside_is_text(channel, 0, WAYSIDE_CHANNEL_BYTE_LIMIT)) {
        return WAYSIDE_ERROR_INVALID_CHANNEL;
    }
    return result;
}

wayside_result wayside_check_readings(const wayside_reading *readings, size_t count) {
    if (count > WAYSIDE_READING_LIMIT) {
        return WAYSIDE_ERROR_TOO_MANY_READINGS;
    }
    for (size_t index = 0; index < count; index++) {
        const wayside_reading *reading = &readings[index];
        wayside_result result = check_quantity(reading->quantity, reading->channel);
        bool has_decimals = reading->decimals <= WAYSIDE_DECIMAL_LIMIT ||
                            (reading->decimals == WAYSIDE_DECIMALS_AS_BEFORE && reading->kind != WAYSIDE_VALUE_SCALED);
        if (result == WAYSIDE_OK && !has_decimals) {
            result = WAYSIDE_ERROR_INVALID_DECIMALS;
        }
        for (size_t before = 0; before < index && result == WAYSIDE_OK; before++) {
            // Of two equal ones nobody knows which is meant.
            bool twice = wayside_same_quantity(readings[before].quantity, reading->quantity) &&
                         same_channel(readings[before].channel, reading->channel);
            result = twice ? WAYSIDE_ERROR_DUPLICATE : WAYSIDE_OK;
        }
        if (result != WAYSIDE_OK) {
            return result;
        }
    }
    return WAYSIDE_OK;
}

static wayside_result check_quantities(const wayside_birth *birth) {
    if (birth->quantity_count > WAYSIDE_DECLARED_QUANTITY_LIMIT) {
        return WAYSIDE_ERROR_TOO_MANY_QUANTITIES;
    }
    for (size_t index = 0; index < birth->quantity_count; index++) {
        const wayside_declared_quantity *declared = &birth->quantities[index];
        wayside_result result = check_quantity(declared->quantity, declared->channel);
        for (size_t before = 0; before < index && result == WAYSIDE_OK; before++) {
            const wayside_declared_quantity *other = &birth->quantities[before];
            bool twice = wayside_same_quantity(other->quantity, declared->quantity) &&
                         same_channel(other->channel, declared->channel);
            result = twice ? WAYSIDE_ERROR_DUPLICATE : WAYSIDE_OK;
        }
        if (result != WAYSIDE_OK) {
            return result;
        }
    }
    return WAYSIDE_OK;
}

// The names of the other members of a wear declaration cannot be parameters.
static bool is_parameter_name(const char *name) {
    static const char *const taken[] = {"component", "model", "quantity", "channel"};
    if (!wayside_is_quantity_name(name, WAYSIDE_WORD_BYTE_LIMIT)) {
        return false;
    }
    for (size_t index = 0; index < sizeof taken / sizeof taken[0]; index++) {
        if (strcmp(name, taken[index]) == 0) {
            return false;
        }
    }
    return true;
}

static wayside_result check_wear(const wayside_wear *wear) {
    if (!wayside_is_component(wear->component) || !wayside_is_quantity_name(wear->model, WAYSIDE_WORD_BYTE_LIMIT)) {
        return WAYSIDE_ERROR_INVALID_WEAR;
    }
    if (wear->quantity.code != 0 || wear->quantity.name != NULL) {
        wayside_result result = check_quantity(wear->quantity, wear->channel);
        if (result != WAYSIDE_OK) {
            return result;
        }
    }
    if (wear->parameter_count > WAYSIDE_PARAMETER_LIMIT) {
        return WAYSIDE_ERROR_TOO_MUCH_WEAR;
    }
    for (size_t index = 0; index < wear->parameter_count; index++) {
        const wayside_parameter *parameter = &wear->parameters[index];
        if (!is_parameter_name(parameter->name) || !wayside_is_scaled(parameter->scaled)) {
            return WAYSIDE_ERROR_INVALID_WEAR;
        }
        if (parameter->decimals > WAYSIDE_DECIMAL_LIMIT) {
            return WAYSIDE_ERROR_INVALID_DECIMALS;
        }
        for (size_t before = 0; before < index; before++) {
            if (strcmp(parameter->name, wear->parameters[before].name) == 0) {
                return WAYSIDE_ERROR_DUPLICATE;
            }
        }
    }
    return WAYSIDE_OK;
}

wayside_result wayside_check_birth(const wayside_birth *birth) {
    if (birth->uptime_ms > WAYSIDE_UPTIME_LIMIT_MS) {
        return WAYSIDE_ERROR_INVALID_TIME;
    }
    if ((birth->firmware != NULL && !wayside_is_text(birth->firmware, 1, WAYSIDE_WORD_BYTE_LIMIT)) ||
        (birth->model != NULL && !wayside_is_text(birth->model, 1, WAYSIDE_WORD_BYTE_LIMIT))) {
        return WAYSIDE_ERROR_INVALID_WORD;
    }
    if (birth->reset_reason != WAYSIDE_RESET_NOT_TOLD && wayside_reset_reason_name(birth->reset_reason) == NULL) {
        return WAYSIDE_ERROR_INVALID_STATE;
    }
    wayside_result result = check_quantities(birth);
    if (result == WAYSIDE_OK && birth->wear_count > WAYSIDE_WEAR_LIMIT) {
        return WAYSIDE_ERROR_TOO_MUCH_WEAR;
    }
    for (size_t index = 0; index < birth->wear_count && result == WAYSIDE_OK; index++) {
        result = check_wear(&birth->wear[index]);
    }
    return result;
}
