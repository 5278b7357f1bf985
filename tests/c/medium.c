/* See medium.h. */

#include "medium.h"

#include "check.h"

#include <string.h>

static void call_hook(struct medium *medium, const char *where)
{
    if (medium->hook != NULL) {
        medium->hook(where);
    }
}

static int32_t save(void *user, uint32_t key, const uint8_t *record, size_t len)
{
    struct medium *medium = user;
    medium->saves++;
    call_hook(medium, "save");
    if (!CHECK(key < medium->store.records) || !CHECK(len > 0 && len <= MEDIUM_BYTES)) {
        return -1;
    }
    CHECK_EQ(medium->lens[key], 0);
    if (medium->save_fails < 0) {
        return medium->save_fails;
    }
    memcpy(medium->records[key], record, len);
    medium->lens[key] = len;
    return 0;
}

static int32_t load(void *user, uint32_t key, uint8_t *buf, size_t len)
{
    struct medium *medium = user;
    medium->loads++;
    call_hook(medium, "load");
    if (!CHECK(key < medium->store.records)) {
        return -1;
    }
    if (medium->load_fails < 0 && (medium->load_fails_key < 0 || (uint32_t)medium->load_fails_key == key)) {
        return medium->load_fails;
    }
    const size_t n = medium->lens[key] < len ? medium->lens[key] : len;
    memcpy(buf, medium->records[key], n);
    return n > 0 ? (int32_t)n + medium->load_lies : 0;
}

static int32_t erase(void *user, uint32_t key)
{
    struct medium *medium = user;
    medium->erasures++;
    call_hook(medium, "erase");
    if (!CHECK(key < medium->store.records)) {
        return -1;
    }
    if (medium->erase_fails < 0) {
        return medium->erase_fails;
    }
    medium->lens[key] = 0;
    return 0;
}

void medium_init(struct medium *medium, size_t records, size_t longest)
{
    memset(medium, 0, sizeof *medium);
    medium->load_fails_key = -1;
    medium->store.save = save;
    medium->store.load = load;
    medium->store.erase = erase;
    medium->store.user = medium;
    medium->store.records = records;
    medium->store.memory = (uint8_t *)medium->memory;
    medium->store.memory_size = records * 8 + longest;
}

void medium_reset(struct medium *medium)
{
    memset(medium->store.words, 0x5a, sizeof medium->store.words);
    memset(medium->memory, 0x5a, sizeof medium->memory);
}

int medium_count(const struct medium *medium)
{
    int count = 0;
    for (size_t key = 0; key < MEDIUM_KEYS; key++) {
        count += medium->lens[key] > 0 ? 1 : 0;
    }
    return count;
}
