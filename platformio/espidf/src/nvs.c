/* A store for mqtt_restore in NVS: a namespace, and in it a blob for each record. NVS spreads the wear itself, and a blob is
 * whole or not there. */

#include "limpet_idf.h"

#if CONFIG_LIMPET_NVS

#include "nvs.h"

#include <stdio.h>

/* NVS takes 15 characters and a NUL. */
#define NAME 16

/* A namespace that is open, and the name of the record's blob in it. */
static int32_t open_record(const struct limpet_idf_nvs *nvs, uint32_t key, nvs_handle_t *handle, char name[NAME])
{
    (void)snprintf(name, NAME, "%lu", (unsigned long)key);
    return -(int32_t)nvs_open(nvs->name != NULL ? nvs->name : "limpet", NVS_READWRITE, handle);
}

/* What was done is in the flash when NVS has been told so. */
static int32_t close_record(nvs_handle_t handle, esp_err_t error)
{
    if (error == ESP_OK) {
        error = nvs_commit(handle);
    }
    nvs_close(handle);
    return -(int32_t)error;
}

static int32_t save(void *user, uint32_t key, const uint8_t *record, size_t len)
{
    nvs_handle_t handle;
    char name[NAME];
    const int32_t result = open_record(user, key, &handle, name);
    return result == 0 ? close_record(handle, nvs_set_blob(handle, name, record, len)) : result;
}

static int32_t load(void *user, uint32_t key, uint8_t *buf, size_t len)
{
    nvs_handle_t handle;
    char name[NAME];
    const int32_t result = open_record(user, key, &handle, name);
    if (result != 0) {
        return result;
    }
    /* A blob that is longer than buf, because memory was larger before, cannot be had in part: it stays. */
    const esp_err_t error = nvs_get_blob(handle, name, buf, &len);
    nvs_close(handle);
    if (error == ESP_ERR_NVS_NOT_FOUND) {
        return 0;
    }
    return error == ESP_OK ? (int32_t)len : -(int32_t)error;
}

static int32_t erase(void *user, uint32_t key)
{
    nvs_handle_t handle;
    char name[NAME];
    const int32_t result = open_record(user, key, &handle, name);
    if (result != 0) {
        return result;
    }
    const esp_err_t error = nvs_erase_key(handle, name);
    return close_record(handle, error == ESP_ERR_NVS_NOT_FOUND ? ESP_OK : error);
}

void limpet_idf_nvs_store(struct limpet_idf_nvs *nvs, struct mqtt_store *store)
{
    store->save = save;
    store->load = load;
    store->erase = erase;
    store->user = nvs;
    store->records = CONFIG_LIMPET_NVS_RECORDS;
    store->memory = nvs->memory;
    store->memory_size = sizeof nvs->memory;
}

#endif
