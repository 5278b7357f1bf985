/* NVS: names in a namespace, and what was committed outlives a reset. */

#define _GNU_SOURCE

#include "machine.h"
#include "nvs.h"

#include <stdio.h>
#include <string.h>

#define ENTRIES 128
#define BYTES 1024

struct entry {
    char space[16];
    char key[16];
    uint8_t value[BYTES];
    size_t len;
};

static struct entry now[ENTRIES];
static struct entry flash[ENTRIES];
static char spaces[4][16];
static bool is_open[4];
static esp_err_t broken;

void machine_reset_nvs(void)
{
    memcpy(now, flash, sizeof now);
    memset(is_open, 0, sizeof is_open);
}

void machine_break_nvs(int error)
{
    broken = error;
}

int machine_count_nvs(const char *space)
{
    int count = 0;
    for (int i = 0; i < ENTRIES; i++) {
        count += now[i].len > 0 && strcmp(now[i].space, space) == 0 ? 1 : 0;
    }
    return count;
}

int machine_open_nvs(void)
{
    return is_open[0] + is_open[1] + is_open[2] + is_open[3];
}

static struct entry *find(nvs_handle_t handle, const char *key)
{
    for (int i = 0; i < ENTRIES; i++) {
        if (now[i].len > 0 && strcmp(now[i].space, spaces[handle - 1]) == 0 && strcmp(now[i].key, key) == 0) {
            return &now[i];
        }
    }
    return NULL;
}

static bool is_good(nvs_handle_t handle)
{
    return handle >= 1 && handle <= 4 && is_open[handle - 1];
}

esp_err_t nvs_open(const char *namespace_name, nvs_open_mode_t open_mode, nvs_handle_t *out_handle)
{
    (void)open_mode;
    if (broken == ESP_ERR_NVS_NOT_INITIALIZED) {
        return broken;
    }
    for (int i = 0; i < 4; i++) {
        if (!is_open[i]) {
            is_open[i] = true;
            (void)snprintf(spaces[i], sizeof spaces[i], "%s", namespace_name);
            *out_handle = (nvs_handle_t)i + 1;
            return ESP_OK;
        }
    }
    return ESP_ERR_NO_MEM;
}

void nvs_close(nvs_handle_t handle)
{
    if (is_good(handle)) {
        is_open[handle - 1] = false;
    }
}

esp_err_t nvs_commit(nvs_handle_t handle)
{
    if (!is_good(handle)) {
        return ESP_ERR_NVS_INVALID_HANDLE;
    }
    memcpy(flash, now, sizeof flash);
    return ESP_OK;
}

esp_err_t nvs_set_blob(nvs_handle_t handle, const char *key, const void *value, size_t length)
{
    struct entry *entry = is_good(handle) ? find(handle, key) : NULL;
    if (!is_good(handle)) {
        return ESP_ERR_NVS_INVALID_HANDLE;
    }
    if (strlen(key) > 15) {
        return ESP_ERR_NVS_KEY_TOO_LONG;
    }
    for (int i = 0; entry == NULL && i < ENTRIES; i++) {
        entry = now[i].len == 0 ? &now[i] : NULL;
    }
    if (broken != 0 || entry == NULL || length > BYTES) {
        return broken != 0 ? broken : ESP_ERR_NVS_NOT_ENOUGH_SPACE;
    }
    (void)snprintf(entry->space, sizeof entry->space, "%s", spaces[handle - 1]);
    (void)snprintf(entry->key, sizeof entry->key, "%s", key);
    memcpy(entry->value, value, length);
    entry->len = length;
    return ESP_OK;
}

esp_err_t nvs_get_blob(nvs_handle_t handle, const char *key, void *out_value, size_t *length)
{
    const struct entry *entry = is_good(handle) ? find(handle, key) : NULL;
    if (!is_good(handle) || broken != 0) {
        return broken != 0 ? broken : ESP_ERR_NVS_INVALID_HANDLE;
    }
    if (entry == NULL) {
        return ESP_ERR_NVS_NOT_FOUND;
    }
    if (out_value != NULL && *length < entry->len) {
        *length = entry->len;
        return ESP_ERR_NVS_INVALID_LENGTH;
    }
    if (out_value != NULL) {
        memcpy(out_value, entry->value, entry->len);
    }
    *length = entry->len;
    return ESP_OK;
}

esp_err_t nvs_erase_key(nvs_handle_t handle, const char *key)
{
    struct entry *entry = is_good(handle) ? find(handle, key) : NULL;
    if (!is_good(handle) || broken != 0) {
        return broken != 0 ? broken : ESP_ERR_NVS_INVALID_HANDLE;
    }
    if (entry == NULL) {
        return ESP_ERR_NVS_NOT_FOUND;
    }
    entry->len = 0;
    return ESP_OK;
}
